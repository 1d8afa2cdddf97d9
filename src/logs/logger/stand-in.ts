import type { Redaction } from '../../redaction/redaction.ts';
import type { PreparedRecord } from '../prepared.ts';
import { type Info, infoOfCall, infoOfEntry, isObject, readable } from './call.ts';
import type { Levels } from './levels.ts';
import type { FindLoggedError } from './logged-errors.ts';
import type { Logger, LogMethod } from './logger.ts';
import { jsonLine } from './one-line.ts';
import type { LineRecord } from './record.ts';
import type { Sink } from './sinks.ts';

export interface StandInOptions {
  readonly levels: Levels;
  readonly level: string;
  readonly silent: boolean;
  readonly defaultMeta: object;
  readonly sinks: readonly Sink[];
  readonly redaction: Pick<Redaction, 'properties'>;
  readonly recordOf: (info: Info) => LineRecord;
  /** Writes into it where in a trace the record is made. */
  readonly locate: (info: Info) => void;
  /** To OpenTelemetry: there is no bridge. */
  readonly emit: (info: Info, prepared: PreparedRecord) => void;
  readonly findLoggedError: FindLoggedError;
  readonly onFailure: (error: unknown) => void;
}

/** What writes the same lines to the same places where winston is not installed. */
export interface StandInLogger extends Logger {
  readonly levels: Levels;
  write(info: object): boolean;
}

const empty = {};

/** A logger of the shape of winston's, without winston: no transports but ours, no formats. */
export const createStandInLogger = (options: StandInOptions): StandInLogger => {
  const { levels, level, silent, defaultMeta, sinks, redaction } = options;
  const { recordOf, locate, emit, findLoggedError, onFailure } = options;

  const isEnabled = (wanted: string, least: string): boolean =>
    (levels[wanted] ?? Number.POSITIVE_INFINITY) <= (levels[least] ?? -1);

  /** @param metadata of a child logger */
  const loggerOf = (parent: object, metadata: object): StandInLogger => {
    const logger = Object.create(parent) as StandInLogger;
    const write = (info: Info): boolean => {
      try {
        if (logger.silent || !isEnabled(info.level, logger.level)) return true;
        locate(info);
        const { line: record, prepared } = recordOf(metadata === empty ? info : { ...metadata, ...info });
        const line = jsonLine(record);
        for (const sink of sinks) {
          if (sink.level === undefined || isEnabled(info.level, sink.level)) sink.write(line, record);
        }
        emit(info, prepared);
        findLoggedError(info)?.();
      } catch (error) {
        onFailure(error);
      }
      return true;
    };
    const defaults = (): object | undefined => logger.defaultMeta as object | undefined;
    const call = (named: string, values: readonly unknown[]): StandInLogger => {
      write(infoOfCall(named, values, defaults()));
      return logger;
    };
    const done = (entry: object, since: number): boolean =>
      write(infoOfEntry({ level: 'info', ...entry, durationMs: wall() - since }, undefined, undefined));
    const times = new Map<string | number, number>();
    const same = (): StandInLogger => logger;

    return Object.assign(logger, methodsOf(levels, call), {
      log: (...values: readonly unknown[]) => {
        const [named, entry] = values;
        if (values.length === 1 && isObject(named)) write(infoOfEntry(named, undefined, defaults()));
        else if (values.length === 2 && isObject(entry)) write(infoOfEntry(entry, named, defaults()));
        else call(String(named), values.slice(1));
        return logger;
      },
      child: (more: object) => loggerOf(logger, { ...metadata, ...readable(more, redaction) }),
      write: (info: object) => write({ ...info } as Info),
      isLevelEnabled: (named: string) => isEnabled(named, logger.level),
      startTimer: () => {
        const since = wall();
        return { done: (entry: object = {}) => done(entry, since) };
      },
      profile: (id: string | number, entry: object = {}) => {
        const since = times.get(id);
        if (since === undefined) times.set(id, wall());
        else if (times.delete(id)) done({ message: String(id), ...entry }, since);
        return logger;
      },
      ...{ add: same, remove: same, clear: same, close: same, configure: same, end: same },
      ...{ on: same, once: same, off: same },
    });
  };

  return loggerOf({ level, silent, defaultMeta, levels, transports: [] }, empty);
};

const wall = Date.now.bind(Date);

const methodsOf = (
  levels: Levels,
  call: (level: string, values: readonly unknown[]) => Logger,
): Readonly<Record<string, unknown>> => {
  const methods: Record<string, unknown> = {};
  for (const level of Object.keys(levels)) {
    const method: LogMethod = (...values) => call(level, values);
    methods[level] = method;
    methods[`is${level.charAt(0).toUpperCase()}${level.slice(1)}Enabled`] = function (this: Logger) {
      return this.isLevelEnabled(level);
    };
  }
  return methods;
};
