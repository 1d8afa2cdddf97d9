import { createSensitiveKeys } from '../redaction/keys.ts';
import type { Json, JsonObject, Redaction } from '../redaction/redaction.ts';
import { createUrlRedaction } from '../redaction/url.ts';

const redacted = 'REDACTED';
const deepest = 8;
const most = 1_000;

/**
 * Stands in for the redaction of all signals until that is there: values become plain data, and those under the names of
 * secrets are hidden; within texts nothing is looked for.
 */
export const createPlainRedaction = (keys: readonly string[]): Redaction => {
  const isSensitive = createSensitiveKeys(keys);

  const data = (value: unknown, depth = 0): Json => {
    if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
    if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
    if (typeof value !== 'object') return guarded(() => String(value));
    if (depth > deepest) return '[…]';
    return guarded(() => {
      if (Array.isArray(value)) return value.slice(0, most).map(item => data(item, depth + 1));
      if (value instanceof Date) return value.toISOString();
      if (value instanceof Uint8Array) return `[${value.length} bytes]`;
      return properties(value, undefined, depth + 1);
    });
  };

  const properties = (object: object, skip?: ReadonlySet<string>, depth = 0): JsonObject => {
    const names = guarded(() => Object.keys(object).slice(0, most));
    return Object.fromEntries(
      (Array.isArray(names) ? (names as readonly string[]) : [])
        .filter(name => skip === undefined || !skip.has(name))
        .map(name => [name, guarded(() => read(object as Readonly<Record<string, unknown>>, name, depth))])
        .filter((pair): pair is [string, Json] => pair[1] !== undefined),
    );
  };

  const read = (object: Readonly<Record<string, unknown>>, name: string, depth: number): Json | undefined => {
    const value = object[name];
    if (value === undefined) return undefined;
    return isSensitive(name) ? redacted : data(value, depth);
  };

  return {
    text: text => text,
    data: value => data(value),
    properties: (object, skip) => properties(object, skip),
    url: createUrlRedaction(keys),
  };
};

const guarded = <Value>(read: () => Value): Value | string => {
  try {
    return read();
  } catch {
    return '[unreadable]';
  }
};
