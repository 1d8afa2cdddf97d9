import { stripVTControlCharacters } from 'node:util';
import type { Json, JsonObject } from '../../redaction/redaction.ts';
import type { RecordSink } from '../bridge-options.ts';
import { exceptionAttributes, isError } from '../exception.ts';
import { idNames } from '../line-ids.ts';
import { type PreparedRecord, prepared, withException } from '../prepared.ts';
import type { LogRecord, LogTrace } from '../record.ts';
import { severityNumber } from '../severity.ts';
import { type Info, levelKey, messageKey } from './info.ts';

/** What is known of a call besides its info. */
export interface Call {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly trace: LogTrace | undefined;
  readonly error: unknown;
}

/** What a record says by fields of its own. */
const told: ReadonlySet<string> = new Set(['level', 'message', 'timestamp', ...idNames]);

/** What the attributes `exception.*` say, too. */
const toldByException: ReadonlySet<string> = new Set([...told, 'stack', 'cause', 'err', 'error']);
const ofErrors: ReadonlySet<string> = new Set([...toldByException, 'name', 'errors']);

/** What Winston adds to an uncaught exception; arguments of the process are among it. */
const ofExceptions: ReadonlySet<string> = new Set([...toldByException, 'date', 'process', 'os', 'trace']);

/** @param info as the formats of the logger have left it */
export const recordOf = (info: Info, call: Call, redaction: RecordSink['redaction']): LogRecord => {
  const { time, trace, error } = call;
  const level = String(info[levelKey]);
  const ready = info[prepared] as PreparedRecord | undefined;
  const attributes =
    error === undefined
      ? ready === undefined
        ? redaction.properties(info, told)
        : withException(ready.attributes, ready.exception)
      : {
          ...(ready?.attributes ?? attributesBeside(error, info, redaction)),
          ...exceptionAttributes(error, redaction),
        };
  return {
    time,
    severityNumber: severityNumber(level),
    severityText: level,
    body: ready?.body ?? bodyOf(info, redaction),
    attributes,
    trace: ready?.trace ?? trace,
    scope: 'winston',
    ...(ready?.isOwn && { isOwn: true }),
  };
};

const bodyOf = (info: Info, redaction: RecordSink['redaction']): Json => {
  const message = info.message ?? info[messageKey];
  if (typeof message === 'string') return redaction.text(withoutColours(message));
  if (message === undefined) return '';
  return isError(message) ? redaction.text(String(message.message)) : redaction.data(message);
};

const withoutColours = (text: string): string =>
  text.includes('\u001b') ? stripVTControlCharacters(text) : text;

/** What the info says besides an error, and what else the error says, such as its code. */
const attributesBeside = (error: unknown, info: Info, redaction: RecordSink['redaction']): JsonObject => {
  const isUncaught = info.exception === true || info.rejection === true;
  const skipped = isUncaught ? ofExceptions : toldByException;
  const attributes: Record<string, Json> = { ...redaction.properties(info, skipped) };
  for (const name of ['err', 'error']) {
    const value = info[name];
    if (value === undefined) continue;
    if (value !== error) attributes[name] = redaction.data(value);
    else if (isError(error)) {
      const more = redaction.properties(error, ofErrors);
      if (Object.keys(more).length > 0) attributes[name] = more;
    }
  }
  return attributes;
};
