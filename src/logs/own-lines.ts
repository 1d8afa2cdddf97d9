import type { JsonObject } from '../redaction/redaction.ts';
import type { LogFile } from './files/log-file.ts';
import { lineIds } from './line-ids.ts';
import { call, clean, type Info, isObject } from './logger/call.ts';
import { levelIn } from './logger/levels.ts';
import type { OwnLogger } from './logger/loggers.ts';
import { jsonLine } from './logger/one-line.ts';
import { LEVEL } from './logger/winston-symbols.ts';
import { type Exception, isSeen, withException } from './prepared.ts';
import type { EmitRecord, LogTrace } from './record.ts';
import { severityNumber } from './severity.ts';

type Level = 'info' | 'warn' | 'error';

/** A line that we write ourselves: about a request or an error. */
export interface OwnLine {
  readonly message: string;
  /** What it says beside level and message; without secrets already, like the message. */
  readonly properties: JsonObject;
  /** For OpenTelemetry, in place of `name` and `stack` of the properties. */
  readonly exception?: Exception;
  readonly trace: LogTrace | undefined;
}

export interface OwnLinesOptions {
  /** In the records that go to files without a logger. */
  readonly service: string;
  /** The logger of ours that the application uses, if it does. */
  readonly logger: () => OwnLogger | undefined;
  readonly emit: EmitRecord | undefined;
  /** The files of a level; none when the application has not asked for any. */
  readonly filesFor: (level: Level) => readonly LogFile[];
}

/** Bound now, so that an application's fake timers do not become our clock. */
const wall = Date.now.bind(Date);

/**
 * What writes a line of a level, or `undefined` where it would go nowhere: through our logger where the application uses
 * it, which takes it to files, console and OpenTelemetry; else to OpenTelemetry directly, and to files that were asked
 * for. Never to another console.
 */
export const createOwnLines =
  ({ service, logger: loggerInUse, emit, filesFor }: OwnLinesOptions) =>
  (level: Level): ((line: OwnLine) => void) | undefined => {
    const logger = loggerInUse();
    if (logger !== undefined) {
      const name = levelIn(logger.levels, level);
      if (name === undefined || logger.silent || !logger.isLevelEnabled(name)) return undefined;
      return line => void logger.write(infoOf(name, line, logger.defaultMeta));
    }
    const files = filesFor(level);
    if (emit === undefined && files.length === 0) return undefined;
    return line => {
      const time = wall();
      if (files.length > 0) {
        const text = textOf(level, line, time, service);
        for (const file of files) file.write(text);
      }
      emit?.({
        time,
        severityNumber: severityNumber(level),
        severityText: level,
        body: line.message,
        attributes: withException(attributesOf(line), line.exception),
        trace: line.trace,
        scope: '@ykmake/monitoring',
        isOwn: true,
      });
    };
  };

const textOf = (
  level: Level,
  { message, properties, trace }: OwnLine,
  time: number,
  service: string,
): string =>
  jsonLine({
    ...{ timestamp: new Date(time).toISOString(), level, message, service },
    ...properties,
    ...(trace && lineIds(trace)),
  });

/** What the exception says is not said again. */
const attributesOf = ({ properties, exception }: OwnLine): JsonObject => {
  if (exception === undefined) return properties;
  const { name: _name, stack: _stack, ...rest } = properties;
  return rest;
};

const infoOf = (
  level: string,
  { message, properties, exception, trace }: OwnLine,
  defaults: unknown,
): Info => ({
  level,
  message,
  [LEVEL]: level,
  [clean]: { properties, exception, trace },
  [call]: { meta: undefined, defaults: isObject(defaults) ? defaults : undefined, defaultsWin: false },
  [isSeen]: true,
  ...(trace && lineIds(trace)),
});
