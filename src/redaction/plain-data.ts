import { types } from 'node:util';
import { describeBigInt, describeFunction, describeObject, isError, unreadable } from './described.ts';
import { arrayItems, callToJson, namesOf, primitiveOf, read, sizeOf } from './guarded-reads.ts';
import { limits, redacted } from './limits.ts';
import { isHidden } from './names.ts';
import type { Json, JsonObject } from './redaction.ts';

/** A name of data, as it is shown. */
export interface ReadName {
  readonly shown: string;
  /** What is hidden under it. */
  readonly hides: number;
}

export interface PlainDataOptions {
  readonly text: (text: string, longest?: number) => string;
  readonly readName: (name: string) => ReadName;
}

export interface PlainData {
  readonly data: (value: unknown) => Json;
  readonly properties: (object: object, skip?: ReadonlySet<string>) => JsonObject;
}

/** What is left of the limits for one value, and the objects around what is read. */
interface Budget {
  values: number;
  characters: number;
  readonly above: object[];
}

const nothing: ReadonlySet<string> = new Set();
const more = '…';

/** Copies values of an application as plain data, within limits. Runs its getters and `toJSON`, as JSON does. */
export const createPlainData = ({ text, readName }: PlainDataOptions): PlainData => {
  const textWithin = (given: string, budget: Budget): string => {
    const { characters } = budget;
    if (characters <= 0) return more;
    const shown = characters >= limits.text ? text(given) : text(given, characters);
    budget.characters -= shown.length;
    return shown;
  };

  const copy = (value: unknown, budget: Budget): Json => {
    budget.values -= 1;
    switch (typeof value) {
      case 'string':
        return textWithin(value, budget);
      case 'number':
        if (!Number.isFinite(value)) return String(value);
        // As long as a card number.
        return value >= 1e12 && text(String(value)) === redacted ? redacted : value;
      case 'boolean':
        return value;
      case 'undefined':
        return null;
      case 'bigint':
        return textWithin(describeBigInt(value), budget);
      case 'symbol':
        return textWithin(String(value), budget);
      case 'function':
        return textWithin(describeFunction(value), budget);
      default:
        return value === null ? null : copyObject(value as object, budget);
    }
  };

  const copyObject = (value: object, budget: Budget): Json => {
    const { above } = budget;
    if (above.includes(value)) return '[Circular]';
    if (above.length >= limits.depth || budget.values < 0) return more;
    above.push(value);
    try {
      return copyContainer(value, budget);
    } catch {
      // A Proxy whose traps throw, or that is revoked.
      return unreadable;
    } finally {
      above.length -= 1;
    }
  };

  const copyContainer = (value: object, budget: Budget): Json => {
    if (Array.isArray(value)) return copyItems(arrayItems(value), value.length, budget);
    const isPlain = Object.getPrototypeOf(value) === Object.prototype;
    if (!isPlain) {
      const described = describeObject(value);
      if (described !== undefined) return textWithin(described, budget);
      if (types.isBoxedPrimitive(value)) return copy(primitiveOf(value), budget);
      if (types.isMap(value)) return copyMap(value, budget);
      if (types.isSet(value)) return copyItems(Set.prototype.values.call(value), sizeOf(value), budget);
      if (isError(value)) return copyError(value, budget);
    }
    const toJson = read(value, 'toJSON');
    if (typeof toJson === 'function') {
      const made = callToJson(toJson, value);
      if (made !== value && made !== unreadable) return copy(made, budget);
    }
    return copyProperties({}, value, nothing, budget);
  };

  const copyItems = (items: Iterable<unknown>, count: number, budget: Budget): Json[] => {
    const copied: Json[] = [];
    let isNamed = false;
    for (const item of items) {
      if (copied.length >= mostOf(count, limits.items) || budget.values <= 0) break;
      copied.push(isNamed && typeof item === 'string' ? redacted : copy(item, budget));
      isNamed = typeof item === 'string' && isBeforeSecret(item);
    }
    if (count > copied.length) copied.push(moreOf(count - copied.length));
    return copied;
  };

  const copyMap = (map: ReadonlyMap<unknown, unknown>, budget: Budget): JsonObject => {
    const copied: Record<string, Json> = {};
    const size = sizeOf(map);
    let count = 0;
    for (const [key, value] of Map.prototype.entries.call(map)) {
      if (count >= mostOf(size, limits.keys) || budget.values <= 0) break;
      count++;
      addProperty(copied, keyText(key), value, budget);
    }
    if (size > count) copied[more] = moreOf(size - count);
    return copied;
  };

  const keyText = (key: unknown): string => {
    if (typeof key === 'string') return key;
    if (typeof key === 'bigint') return describeBigInt(key);
    if (typeof key === 'function') return describeFunction(key);
    return typeof key === 'object' && key !== null ? '[Object]' : String(key);
  };

  const copyError = (error: object, budget: Budget): JsonObject => {
    const copied: Record<string, Json> = {};
    for (const name of ['name', 'message', 'stack']) {
      const value = read(error, name);
      if (value !== undefined) copied[name] = copy(value, budget);
    }
    copyProperties(copied, error, errorNames, budget);
    for (const name of ['cause', 'errors']) {
      if (Object.hasOwn(error, name)) addProperty(copied, name, read(error, name), budget);
    }
    return copied;
  };

  const copyProperties = (
    copied: Record<string, Json>,
    object: object,
    skip: ReadonlySet<string>,
    budget: Budget,
  ): Record<string, Json> => {
    const names = namesOf(object);
    let count = 0;
    for (const name of names) {
      if (count >= mostOf(names.length, limits.keys) || budget.values <= 0) {
        copied[more] = moreOf(names.length - count);
        break;
      }
      count++;
      if (typeof name === 'string' && !skip.has(name)) addProperty(copied, name, read(object, name), budget);
    }
    return copied;
  };

  const addProperty = (copied: Record<string, Json>, name: string, value: unknown, budget: Budget): void => {
    if (value === undefined) return;
    const { shown, hides } = readName(name);
    budget.characters -= shown.length;
    let json = isHidden(hides, value) ? redacted : copy(value, budget);
    // An object may come to a text or a number: `new String('x')`, or what `toJSON` says.
    if (isHidden(hides, json)) json = redacted;
    // Names that were shortened may be the same.
    const key =
      shown !== name && Object.hasOwn(copied, shown) ? `${shown} ${Object.keys(copied).length}` : shown;
    if (key !== '__proto__') copied[key] = json;
    else Object.defineProperty(copied, key, { value: json, ...ordinary });
  };

  const fresh = (): Budget => ({ values: limits.values, characters: limits.characters, above: [] });

  return {
    data: value => copy(value, fresh()),
    properties: (object, skip = nothing) => {
      const budget = fresh();
      budget.above.push(object);
      try {
        return copyProperties({}, object, skip, budget);
      } catch {
        return { [more]: unreadable };
      }
    },
  };
};

const ordinary = { enumerable: true, configurable: true, writable: true };

const errorNames: ReadonlySet<string> = new Set(['name', 'message', 'stack', 'cause', 'errors']);

/** Headers as Node.js has them in a list, and options of a command. */
const beforeSecret =
  /^(?:(?:proxy-)?authorization|(?:set-)?cookie|x-(?:api-key|auth-token|csrf-token|xsrf-token)|--?[\w-]*(?:password|passwd|token|secret|api-?key))$/i;

const isBeforeSecret = (item: string): boolean => item.length <= 64 && beforeSecret.test(item);

/** To say that one is left out takes as much room as that one. */
const mostOf = (count: number, limit: number): number => (count === limit + 1 ? count : limit);

const moreOf = (count: number): string => `[… ${count.toLocaleString('en-US')} more]`;
