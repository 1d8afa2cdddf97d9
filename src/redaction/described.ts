import { types } from 'node:util';

/** What stands for a value that could not be read, because it throws. */
export const unreadable = '[unreadable]';

/** Bounds what writing one down costs, which grows with the square of its length. */
const largest = 1n << 1_024n;

export const describeBigInt = (value: bigint): string =>
  value < largest && value > -largest ? String(value) : '[BigInt]';

export const describeFunction = (value: unknown): string => {
  const name = ownName(value);
  return name === '' ? '[Function]' : `[Function ${name}]`;
};

/** The name of a function, when it is no code of the application that tells it. */
const ownName = (value: unknown): string => {
  if (types.isProxy(value)) return '';
  const name: unknown = Object.getOwnPropertyDescriptor(value, 'name')?.value;
  return typeof name === 'string' ? name : '';
};

/**
 * An object that is no container, as a text; `undefined` for all others. Goes by what the engine knows and not by what
 * the object says. May throw.
 */
export const describeObject = (value: object): string | undefined => {
  if (types.isProxy(value)) return undefined;
  if (ArrayBuffer.isView(value)) {
    const kind = Buffer.isBuffer(value) ? 'Buffer' : types.isDataView(value) ? 'DataView' : viewName(value);
    return `[${kind} ${value.byteLength} bytes]`;
  }
  if (types.isAnyArrayBuffer(value)) return `[ArrayBuffer ${value.byteLength} bytes]`;
  if (types.isDate(value)) {
    return Number.isNaN(dateTime.call(value)) ? 'Invalid Date' : dateText.call(value);
  }
  if (types.isRegExp(value)) return RegExp.prototype.toString.call(value);
  if (types.isPromise(value)) return '[Promise]';
  if (types.isWeakMap(value)) return '[WeakMap]';
  if (types.isWeakSet(value)) return '[WeakSet]';
  if (value instanceof WeakRef) return '[WeakRef]';
  if (types.isGeneratorObject(value)) return '[Generator]';
  if (value instanceof URL) return value.href;
  return undefined;
};

const dateTime = Date.prototype.getTime;
const dateText = Date.prototype.toISOString;

const viewName = (value: ArrayBufferView): string => String(viewTag?.call(value) ?? 'TypedArray');

const viewTag = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype) as object,
  Symbol.toStringTag,
)?.get;

/** Also of another realm, where `instanceof` does not know it. */
export const isError = (value: object): boolean =>
  types.isNativeError(value) || (!types.isProxy(value) && value instanceof Error);
