import { types } from 'node:util';
import type { JsonObject, Redaction } from '../redaction/redaction.ts';
import { errorType } from '../traces/exception.ts';

type Secrets = Pick<Redaction, 'text' | 'data'>;

/** Characters of a stack trace, with all of its causes. */
const longestTrace = 16_384;
const longestMessage = 4_096;
const deepestCause = 8;
const mostErrors = 16;

/** Whether it is an error, also of another realm; never throws. */
export const isError = (value: unknown): value is Error => {
  if (typeof value !== 'object' || value === null) return false;
  try {
    return types.isNativeError(value) || value instanceof Error;
  } catch {
    return false;
  }
};

/**
 * What an error says about itself, without secrets; nothing where it cannot be read. Never throws.
 * Source: semantic conventions, "Exceptions in logs".
 */
export const exceptionAttributes = (error: unknown, secrets: Secrets): JsonObject => {
  try {
    const message = isError(error) ? String(error.message) : String(error);
    return {
      'exception.type': errorType(error),
      'exception.message': secrets.text(message).slice(0, longestMessage),
      ...(isError(error) && {
        'exception.stacktrace': secrets.text(traceOf(error, secrets, new Set())).slice(0, longestTrace),
      }),
    };
  } catch {
    return {};
  }
};

/** The stack trace with causes and the errors of an AggregateError, as Node.js shows them. */
const traceOf = (error: Error, secrets: Secrets, above: ReadonlySet<unknown>): string => {
  const stack = typeof error.stack === 'string' ? error.stack : `${error.name}: ${error.message}`;
  const seen = new Set(above).add(error);
  const shown = (value: unknown): string => {
    if (seen.has(value)) return '[Circular]';
    if (!isError(value)) return JSON.stringify(secrets.data(value));
    return seen.size < deepestCause ? indented(traceOf(value, secrets, seen)) : `[${errorType(value)}]`;
  };
  const parts: string[] = [];
  if (error.cause !== undefined) parts.push(`  [cause]: ${shown(error.cause)}`);
  const { errors } = error as Partial<AggregateError>;
  if (Array.isArray(errors)) {
    const some = errors.slice(0, mostErrors).map(one => `    ${indented(shown(one))}`);
    if (errors.length > some.length) some.push(`    ... ${errors.length - some.length} more items`);
    parts.push(`  [errors]: [\n${some.join(',\n')}\n  ]`);
  }
  return parts.length === 0
    ? stack.slice(0, longestTrace)
    : `${stack.slice(0, longestTrace)} {\n${parts.join(',\n')}\n}`;
};

const indented = (text: string): string => text.replaceAll('\n', '\n  ');
