import type { SlowCall } from '../../database/slow-calls.ts';
import * as lines from '../../lines.ts';
import type { Redaction } from '../../redaction/redaction.ts';
import type { Settings } from '../../settings/table.ts';
import type { TraceIds } from '../../traces/trace-ids.ts';
import type { CompletedRequest } from '../completed-request.ts';
import type { ErrorLine } from '../error-line.ts';
import type { LogFile } from '../files/log-file.ts';
import { lineIds } from '../line-ids.ts';
import { createLogDirectories, type LogDirectoriesOptions } from '../log-directory.ts';
import { createLoggingMiddleware, type LoggingMiddleware } from '../logging-middleware.ts';
import { createOwnLines } from '../own-lines.ts';
import { type PreparedRecord, withException } from '../prepared.ts';
import type { EmitRecord, LogTrace } from '../record.ts';
import { createRequestLog } from '../request-log.ts';
import { severityNumber } from '../severity.ts';
import { slowCallLine } from '../slow-call-line.ts';
import type { Info } from './call.ts';
import type { Logger } from './logger.ts';
import { createLoggers, type LoggersOptions, type OwnLogger } from './loggers.ts';
import type { LoggerOptions } from './options.ts';

export interface LoggingOptions
  extends LogDirectoriesOptions,
    Pick<LoggersOptions, 'service' | 'loadWinston' | 'print' | 'report' | 'reportOnce' | 'onLoggedError'> {
  readonly settings: LoggersOptions['settings'] & Pick<Settings, 'trustProxy'>;
  readonly redaction: Redaction;
  /** To OpenTelemetry, what no bridge takes there; `undefined`: no logs go there. */
  readonly emit: EmitRecord | undefined;
  /** Likewise what the application logs without winston, where that goes elsewhere, too; else `emit`. */
  readonly emitLogged?: EmitRecord | undefined;
  readonly activeTrace: () => TraceIds | undefined;
  /** The preload logs the requests that it observes. */
  readonly requestsAreLogged: boolean;
}

/** Loggers, their files, and the log of requests: one for each process. */
export interface Logging {
  readonly createLogger: (options?: LoggerOptions) => Logger;
  /** The one that is exported, made when it is first asked for. */
  readonly logger: () => Logger;
  readonly middleware: LoggingMiddleware;
  /** Never throws. */
  readonly logRequest: (request: CompletedRequest) => void;
  /** Never throws. */
  readonly logSlowCall: (call: SlowCall) => void;
  /** Never throws. */
  readonly logError: (line: ErrorLine) => void;
  /** Writes what is held, and holds nothing any more. */
  readonly writeThrough: () => void;
}

export const createLogging = (parts: LoggingOptions): Logging => {
  const { settings, redaction, emit } = parts;
  const directories = createLogDirectories(parts);
  const onFailure = (error: unknown): void => parts.reportOnce('logger', lines.loggerFailed(error));
  const make = createLoggers({ ...parts, directories, onFailure, ...standIn(parts) });
  let first: OwnLogger | undefined;
  let byDefault: OwnLogger | undefined;

  const createLogger = (options?: LoggerOptions): OwnLogger => {
    const made = make(options);
    first ??= made;
    return made;
  };
  const logger = (): OwnLogger => {
    byDefault ??= createLogger();
    return byDefault;
  };

  /** Without a logger only files that were asked for: the preload alone makes no directory. */
  const { logDirectory = 'none' } = settings;
  const open = (name: 'error.log' | 'combined.log'): readonly LogFile[] =>
    logDirectory === 'none' ? [] : [directories.open(logDirectory, name, false)];
  const writerFor = createOwnLines({
    service: parts.service,
    emit,
    logger: () => byDefault ?? first,
    filesFor: level =>
      level === 'error' ? [...open('error.log'), ...open('combined.log')] : open('combined.log'),
  });
  const guarded =
    <Given>(write: (given: Given) => void) =>
    (given: Given): void => {
      try {
        write(given);
      } catch (error) {
        onFailure(error);
      }
    };
  const logRequest = guarded(createRequestLog(redaction, writerFor));
  const watch = createLoggingMiddleware({
    requestsAreLogged: parts.requestsAreLogged,
    trustProxy: settings.trustProxy,
    log: logRequest,
    onFailure,
  });

  return {
    createLogger,
    logger,
    logRequest,
    logSlowCall: guarded<SlowCall>(call => writerFor('warn')?.(slowCallLine(call))),
    logError: guarded<ErrorLine>(({ level, ...line }) => writerFor(level)?.(line)),
    middleware: (request, response, next) => {
      // Whoever uses it wants its lines where our logger's go.
      if (first === undefined) logger();
      watch(request, response, next);
    },
    writeThrough: directories.writeThrough,
  };
};

/** What winston and the bridge do for a logger where they are. */
const standIn = ({
  emit,
  emitLogged = emit,
  activeTrace,
}: Pick<LoggingOptions, 'emit' | 'emitLogged' | 'activeTrace'>): Pick<LoggersOptions, 'locate' | 'emit'> => ({
  locate: info => {
    const ids = info.trace_id === undefined ? activeTrace() : undefined;
    if (ids !== undefined) Object.assign(info, lineIds({ ...ids, traceFlags: 1 }));
  },
  emit: (info, { body, attributes, exception, isOwn }: PreparedRecord) =>
    emitLogged?.({
      time: wall(),
      severityNumber: severityNumber(info.level),
      severityText: info.level,
      body,
      attributes: withException(attributes, exception),
      trace: traceIn(info),
      scope: '@ykmake/monitoring',
      ...(isOwn && { isOwn }),
    }),
});

const traceIn = ({ trace_id, span_id, trace_flags }: Info): LogTrace | undefined =>
  typeof trace_id === 'string' && typeof span_id === 'string'
    ? { traceId: trace_id, spanId: span_id, traceFlags: Number.parseInt(String(trace_flags), 16) || 0 }
    : undefined;

/** Bound now, so that an application's fake timers do not become our clock. */
const wall = Date.now.bind(Date);
