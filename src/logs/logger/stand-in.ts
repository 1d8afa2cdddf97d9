import type { PreparedRecord } from '../prepared.ts';
import { type Info, infoOfCall, infoOfEntry, isObject } from './call.ts';
import type { Levels } from './levels.ts';
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
  readonly recordOf: (info: Info) => LineRecord;
  /** Adds where in a trace the record is made. */
  readonly locate: (info: Info) => void;
  /** For OpenTelemetry: there is no bridge. */
  readonly emit: (info: Info, prepared: PreparedRecord) => void;
  readonly onFailure: (error: unknown) => void;
}

/** What writes the same lines to the same places where winston is not installed. */
export interface StandInLogger extends Logger {
  readonly levels: Levels;
  write(info: object): boolean;
}

/** A logger of the shape of winston's, without winston: no transports but ours, no formats. */
export const createStandInLogger = (options: StandInOptions): StandInLogger => {
  const { levels, sinks, recordOf, locate, emit, onFailure } = options;

  const isEnabled = (level: string, atMost: string): boolean => {
    const [wanted, least] = [levels[level], levels[atMost]];
    return wanted !== undefined && least !== undefined && wanted <= least;
  };

  /** @param metadata of child loggers, the outermost first */
  const loggerOf = (metadata: readonly object[], parent: StandInLogger | undefined): StandInLogger => {
    const write = (info: Info): boolean => {
      try {
        if (logger.silent || !isEnabled(info.level, logger.level)) return true;
        locate(info);
        const { line: record, prepared } = recordOf({ ...childMetadata(metadata), ...info });
        const written = { level: info.level, line: jsonLine(record), record };
        for (const sink of sinks) if (sink.level === undefined || isEnabled(info.level, sink.level)) sink.write(written);
        emit(info, prepared);
      } catch (error) {
        onFailure(error);
      }
      return true;
    };
    const call = (level: string, values: readonly unknown[]): StandInLogger => {
      write(infoOfCall(level, values, logger.defaultMeta as object));
      return logger;
    };
    const times = new Map<string | number, number>();
    const profiled = (entry: object, since: number): boolean =>
      write(infoOfEntry({ level: 'info', ...entry, durationMs: Date.now() - since }, undefined, {}));
    const same = (): StandInLogger => logger;

    const logger = {
      ...methodsOf(levels, call),
      level: options.level,
      silent: options.silent,
      defaultMeta: options.defaultMeta,
      levels,
      transports: [],
      log: (...values: readonly unknown[]) => {
        const [level, entry] = values;
        const defaults = logger.defaultMeta as object;
        if (values.length === 1 && isObject(level)) write(infoOfEntry(level, undefined, defaults));
        else if (values.length === 2 && isObject(entry)) write(infoOfEntry(entry, level, defaults));
        else call(String(level), values.slice(1));
        return logger;
      },
      child: (more: object) => loggerOf([...metadata, more], logger),
      isLevelEnabled: (level: string) => isEnabled(level, logger.level),
      write: (info: object) => write(infoOfEntry(info, undefined, {})),
      startTimer: () => {
        const since = Date.now();
        return { done: (entry: object = {}) => profiled(entry, since) };
      },
      profile: (id: string | number, entry: object = {}) => {
        const since = times.get(id);
        if (since === undefined) times.set(id, Date.now());
        else if (times.delete(id)) profiled({ message: String(id), ...entry }, since);
        return logger;
      },
      add: same,
      remove: same,
      clear: same,
      close: same,
      configure: same,
      end: same,
      on: same,
      once: same,
      off: same,
    } as unknown as StandInLogger;
    // A child has the level that its parent has at the time, as winston's has.
    if (parent !== undefined) Object.setPrototypeOf(logger, parent);
    return logger;
  };

  return loggerOf([], undefined);
};

const methodsOf = (
  levels: Levels,
  call: (level: string, values: readonly unknown[]) => Logger,
): Readonly<Record<string, unknown>> => {
  const methods: [string, unknown][] = Object.keys(levels).flatMap(level => {
    const method: LogMethod = (...values) => call(level, values);
    const enabled = `is${level.charAt(0).toUpperCase()}${level.slice(1)}Enabled`;
    return [
      [level, method],
      [enabled, function (this: Logger) { return this.isLevelEnabled(level); }],
    ];
  });
  return Object.fromEntries(methods);
};
