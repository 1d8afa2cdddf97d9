import type { Json, JsonObject, Redaction } from '../../redaction/redaction.ts';
import { isError } from '../exception.ts';
import type { Exception } from '../prepared.ts';

/** Causes of causes that are shown. */
const mostCauses = 5;

/** What is said in words of its own, or is not worth it. */
const known: ReadonlySet<string> = new Set(['name', 'message', 'stack', 'cause', 'errors', 'level']);

/** A property of an object of the application; `undefined` where asking for it throws. */
export const read = (object: object, name: string): unknown => {
  try {
    return (object as Readonly<Record<string, unknown>>)[name];
  } catch {
    return undefined;
  }
};

const textOf = (error: Error, name: 'name' | 'message' | 'stack'): string => {
  const value = read(error, name);
  return typeof value === 'string' ? value : '';
};

export const messageOf = (error: Error): string => textOf(error, 'message');

/**
 * What a log line says about an error: name, message, stack with those of its causes, what else it has (`code`), its
 * cause, and the errors of an AggregateError.
 */
export const errorProperties = (error: Error, redaction: Redaction): JsonObject => {
  const cause = read(error, 'cause');
  const errors = read(error, 'errors');
  return {
    ...redaction.properties(error, known),
    name: nameOf(error, redaction),
    message: redaction.text(textOf(error, 'message')),
    stack: redaction.text(stackWithCauses(error)),
    ...(cause !== undefined && { cause: causeProperties(cause, redaction, 1) }),
    ...(Array.isArray(errors) && { errors: redaction.data(errors) }),
  };
};

/** For OpenTelemetry; what `errorProperties` said of the same error. */
export const exceptionOf = ({ name, message, stack }: JsonObject): Exception => ({
  type: String(name),
  message: String(message),
  stacktrace: String(stack),
});

/** Its stack stands in the error's. */
const causeProperties = (cause: unknown, redaction: Redaction, depth: number): Json => {
  if (!isError(cause)) return redaction.data(cause);
  const next = read(cause, 'cause');
  return {
    ...redaction.properties(cause, known),
    name: nameOf(cause, redaction),
    message: redaction.text(textOf(cause, 'message')),
    ...(next !== undefined && depth < mostCauses && { cause: causeProperties(next, redaction, depth + 1) }),
  };
};

const nameOf = (error: Error, redaction: Redaction): string =>
  redaction.text(textOf(error, 'name') || 'Error').slice(0, 128);

const stackWithCauses = (error: Error): string => {
  const seen = new Set<unknown>();
  const stacks: string[] = [];
  for (let next: unknown = error; isError(next) && !seen.has(next) && seen.size <= mostCauses; ) {
    seen.add(next);
    const stack = textOf(next, 'stack') || `${textOf(next, 'name')}: ${textOf(next, 'message')}`;
    stacks.push(stacks.length === 0 ? stack : `[cause]: ${stack}`);
    next = read(next, 'cause');
  }
  return stacks.join('\n');
};
