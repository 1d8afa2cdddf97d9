import type { Redaction } from '../../redaction/redaction.ts';
import { prepared } from '../prepared.ts';
import { call, type Info, infoOfCall, infoOfEntry, isObject, readable } from './call.ts';
import type { Levels } from './levels.ts';
import type { FindLoggedError } from './logged-errors.ts';
import type { LogMethod } from './logger.ts';
import { jsonLine } from './one-line.ts';
import type { LoggerFormat, LoggerOptions } from './options.ts';
import type { LineRecord } from './record.ts';
import type { Sink } from './sinks.ts';
import type { Winston, WinstonLogger, WinstonTransport } from './winston.ts';
import { LEVEL, MESSAGE, SPLAT } from './winston-symbols.ts';

export interface WinstonLoggerOptions {
  readonly winston: Winston;
  /** What the application asks of winston itself. */
  readonly options: LoggerOptions;
  readonly levels: Levels;
  readonly level: string;
  readonly defaultMeta: object;
  readonly sinks: readonly Sink[];
  readonly recordOf: (info: Info) => LineRecord;
  readonly redaction: Pick<Redaction, 'data' | 'properties'>;
  readonly findLoggedError: FindLoggedError;
  /** A transport or a format of the application has thrown. */
  readonly onFailure: (error: unknown) => void;
}

type Outgoing = Record<string | symbol, unknown>;

/** A logger of winston whose records are redacted once, and whose calls read no metadata before that. */
export const createWinstonLogger = (given: WinstonLoggerOptions): WinstonLogger => {
  const { winston, options, levels, level, defaultMeta, sinks } = given;
  const { transports = [], service: _service, directory: _directory, console: _console, ...rest } = options;
  const ours = sinks.map(sink => transportOf(winston, sink, options));
  const logger = winston.createLogger({
    ...rest,
    levels,
    level,
    defaultMeta,
    format: options.format === undefined ? lineFormat(given) : ownFormat(given, options.format),
    // Winston complains about each record of a logger without any.
    transports: [...ours, ...[transports].flat(), ...(ours.length === 0 ? [nowhere(winston)] : [])],
  });
  // Else an error of a transport, or a line after `end()`, would end the process.
  logger.on('error', given.onFailure);
  replaceCalls(logger, given);
  return logger;
};

/** One pass: the record, its line, and what OpenTelemetry gets. */
const lineFormat = ({ recordOf }: WinstonLoggerOptions): LoggerFormat => ({
  transform: given => {
    const info = given as Info;
    const made = recordOf(info);
    const outgoing = made.line as Outgoing;
    outgoing[MESSAGE] = jsonLine(made.line);
    outgoing[LEVEL] = info[LEVEL];
    outgoing[prepared] = made.prepared;
    return outgoing;
  },
});

/** The application's own, of a record without secrets. */
const ownFormat = ({ recordOf, redaction }: WinstonLoggerOptions, format: LoggerFormat): LoggerFormat => ({
  transform: given => {
    const info = given as Info;
    const { line, prepared: said } = recordOf(info);
    const { timestamp: _, ...record } = line;
    // Of a single object there is nothing more to put into the text.
    const splat = info[call]?.defaultsWin ? undefined : info[SPLAT];
    const outgoing: Outgoing = { ...record, [LEVEL]: info[LEVEL], [prepared]: said };
    if (splat !== undefined) outgoing[SPLAT] = splat.map(redaction.data);
    const made = format.transform(outgoing, (format as { options?: unknown }).options);
    if (isObject(made)) (made as Outgoing)[prepared] = said;
    return made;
  },
});

const transportOf = (winston: Winston, sink: Sink, options: LoggerOptions): WinstonTransport => {
  const hasOwnFormat = options.format !== undefined;
  const transport = new winston.Transport({
    ...(sink.level !== undefined && { level: sink.level }),
    ...(options.handleExceptions === true && { handleExceptions: true }),
    ...(options.handleRejections === true && { handleRejections: true }),
    log: (info, done) => {
      const line = (info as { [MESSAGE]?: unknown })[MESSAGE];
      sink.write(typeof line === 'string' ? line : '', hasOwnFormat ? undefined : (info as never));
      done();
    },
  });
  return Object.assign(transport, { name: sink.name });
};

const nowhere = (winston: Winston): WinstonTransport =>
  Object.assign(new winston.Transport({ log: (_info, done) => done() }), { name: 'none' });

/** Winston's own read and change the metadata that they are given, which may throw. */
const replaceCalls = (
  logger: WinstonLogger,
  { levels, redaction, findLoggedError, onFailure }: WinstonLoggerOptions,
): void => {
  const write = (to: WinstonLogger, info: Info): void => {
    try {
      if (to.silent) return;
      // Of a level that it does not know winston says so itself.
      if (to.levels[info.level] !== undefined && !to.isLevelEnabled(info.level)) return;
      const tell = findLoggedError(info);
      to.write(info);
      tell?.();
    } catch (error) {
      onFailure(error);
    }
  };
  const methods: Record<string, unknown> = {};
  for (const level of Object.keys(levels)) {
    if (level === 'log') continue;
    const method: LogMethod = function (this: WinstonLogger | undefined, ...values) {
      const self = this ?? logger;
      write(self, infoOfCall(level, values, self.defaultMeta as object | undefined));
      return self;
    };
    methods[level] = method;
  }
  methods.log = function (this: WinstonLogger | undefined, ...values: readonly unknown[]) {
    const self = this ?? logger;
    const [level, entry] = values;
    const defaults = self.defaultMeta as object | undefined;
    if (values.length === 1 && isObject(level)) write(self, infoOfEntry(level, undefined, defaults));
    else if (values.length === 2 && isObject(entry)) write(self, infoOfEntry(entry, level, defaults));
    else write(self, infoOfCall(String(level), values.slice(1), defaults));
    return self;
  };
  const { child } = logger;
  methods.child = function (this: WinstonLogger | undefined, metadata: object) {
    return child.call(this ?? logger, readable(metadata, redaction));
  };
  Object.assign(logger, methods);
};
