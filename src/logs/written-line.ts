import type { Json, JsonObject, Redaction } from '../redaction/redaction.ts';
import { exceptionAttributes, isError } from './exception.ts';
import { idNames } from './line-ids.ts';

type Secrets = Pick<Redaction, 'text' | 'data' | 'properties'>;

/** What a record says by fields of its own, or the resource does. */
const told: ReadonlySet<string> = new Set(['level', 'time', 'v', 'pid', 'hostname', ...idNames]);

/** Body and attributes of a line of pino or bunyan, whose serializers have turned errors into plain objects. */
export const lineContent = (
  line: Readonly<Record<string, unknown>>,
  names: { readonly message: string; readonly error: string },
  secrets: Secrets,
): { readonly body: Json; readonly attributes: JsonObject } => {
  const message = line[names.message];
  const skip = new Set(told).add(names.message);
  const error = line[names.error];
  const exception = isError(error) ? exceptionAttributes(error, secrets) : serializedError(error, secrets);
  if (exception !== undefined) skip.add(names.error);
  const attributes = { ...secrets.properties(line, skip), ...exception };
  const more = exception === undefined ? {} : secrets.properties(error as object, ofErrors);
  return {
    body: typeof message === 'string' ? secrets.text(message) : secrets.data(message ?? ''),
    attributes: Object.keys(more).length === 0 ? attributes : { ...attributes, [names.error]: more },
  };
};

const ofErrors: ReadonlySet<string> = new Set(['type', 'name', 'message', 'stack', 'cause']);

/** @param error `{ type, message, stack }` of pino, `{ name, message, stack }` of bunyan */
const serializedError = (error: unknown, { text }: Secrets): JsonObject | undefined => {
  if (typeof error !== 'object' || error === null) return undefined;
  const { type, name, message, stack } = error as Readonly<Record<string, unknown>>;
  const kind = type ?? name;
  if (typeof kind !== 'string' || typeof message !== 'string') return undefined;
  return {
    'exception.type': kind,
    'exception.message': text(message),
    ...(typeof stack === 'string' && { 'exception.stacktrace': text(stack) }),
  };
};
