import { isError } from '../logs/exception.ts';
import type { Json, JsonObject, Redaction } from '../redaction/redaction.ts';
import type { ReportedException } from './report.ts';

type Secrets = Pick<Redaction, 'text' | 'data' | 'properties'>;

/** Errors of one report: causes and those of AggregateErrors, together. */
const mostExceptions = 12;
const longestMessage = 4_096;
const longestStack = 16_384;
const longestType = 128;

/** What is said in words of its own, or of no use outside of the process. */
const known: ReadonlySet<string> = new Set(['name', 'message', 'stack', 'cause', 'errors', 'domainEmitter']);

/** Somewhere in the tree of an error and its causes. */
interface Place {
  readonly value: unknown;
  readonly parent?: NonNullable<ReportedException['parent']>;
}

/**
 * An error with its causes and the errors of an AggregateError, the caught one first, as plain data without secrets;
 * whatever was thrown. Never throws: what cannot be read is left out.
 */
export const describeError = (error: unknown, secrets: Secrets): ReportedErrors => {
  const first = describeOne({ value: error }, secrets);
  const exceptions: ReportedErrors = [first];
  const seen = new Set<unknown>([error]);
  // Breadth first: of too many, the nearest are the ones that matter.
  const waiting: Place[] = partsOf(error, 0);
  for (let place = waiting.shift(); place !== undefined; place = waiting.shift()) {
    if (exceptions.length === mostExceptions) break;
    if (seen.has(place.value)) continue;
    seen.add(place.value);
    const index = exceptions.push(describeOne(place, secrets)) - 1;
    waiting.push(...partsOf(place.value, index));
  }
  return exceptions;
};

type ReportedErrors = [ReportedException, ...ReportedException[]];

const describeOne = ({ value, parent }: Place, secrets: Secrets): ReportedException => ({
  ...(isError(value) ? ofError(value, secrets) : ofOther(value, secrets)),
  ...(parent && { parent }),
});

const ofError = (error: Error, { text, properties }: Secrets): ReportedException => {
  const stack = textOf(error, 'stack');
  return {
    type: text(typeOf(error)).slice(0, longestType),
    // Cut only then: half of a secret is not known as one.
    message: text(textOf(error, 'message')).slice(0, longestMessage),
    stack: stack === '' ? undefined : text(stack).slice(0, longestStack),
    properties: properties(error, known),
  };
};

/** Its name where the application has given it one, else its class. */
const typeOf = (error: Error): string => {
  const name = textOf(error, 'name');
  if (name !== '' && name !== 'Error') return name;
  const made = read(error, 'constructor');
  const className = typeof made === 'function' ? textOf(made, 'name') : '';
  return className || name || 'Error';
};

const ofOther = (value: unknown, { text, data }: Secrets): ReportedException => ({
  type: isObject(value) ? classOf(value) : value === null ? 'null' : typeof value,
  message: typeof value === 'string' ? text(value).slice(0, longestMessage) : shown(value, data),
  stack: undefined,
  properties: {},
});

const classOf = (value: object): string => {
  const made = read(value, 'constructor');
  const name = typeof made === 'function' ? textOf(made, 'name') : '';
  return (name || 'Object').slice(0, longestType);
};

const shown = (value: unknown, data: Secrets['data']): string =>
  isObject(value) ? JSON.stringify(data(value)).slice(0, longestMessage) : printed(value);

/** Of what is no object nothing can throw, but a symbol has to be asked. */
const printed = (value: unknown): string => (typeof value === 'symbol' ? value.toString() : `${value}`);

const partsOf = (error: unknown, index: number): Place[] => {
  if (!isError(error)) return [];
  const cause = read(error, 'cause');
  const errors = read(error, 'errors');
  return [
    ...(cause === undefined || cause === null ? [] : [{ value: cause, parent: { index, name: 'cause' } }]),
    ...(isArray(errors)
      ? Array.from({ length: Math.min(lengthOf(errors), mostExceptions) }, (_, at) => ({
          value: read(errors, String(at)),
          parent: { index, name: `errors[${at}]` },
        }))
      : []),
  ];
};

/** `Array.isArray` throws for a proxy that is revoked. */
const isArray = (value: unknown): value is readonly unknown[] => {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
};

const lengthOf = (array: readonly unknown[]): number => Number(read(array, 'length')) || 0;

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

/** A property of whatever it is; `undefined` where asking for it throws. */
const read = (object: object, name: string): unknown => {
  try {
    return (object as Readonly<Record<string, unknown>>)[name];
  } catch {
    return undefined;
  }
};

const textOf = (object: object, name: string): string => {
  const value = read(object, name);
  return typeof value === 'string' ? value : '';
};

/** The context that an application gives with an error, as properties. */
export const describeContext = (context: unknown, { data, properties }: Secrets): JsonObject => {
  if (context === undefined || context === null) return {};
  const value: Json = isObject(context) && !isArray(context) ? properties(context) : data(context);
  return isJsonObject(value) ? value : { context: value };
};

const isJsonObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
