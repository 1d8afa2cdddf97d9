import type { Json, JsonObject, Redaction } from '../redaction/redaction.ts';
import { rememberTexts } from '../text-cache.ts';
import type { CompletedRequest } from './completed-request.ts';
import type { LogFile } from './files/log-file.ts';
import { lineIds } from './line-ids.ts';
import { call, clean, type Info, isObject } from './logger/call.ts';
import type { Logger } from './logger/logger.ts';
import { jsonLine } from './logger/one-line.ts';
import { LEVEL } from './logger/winston-symbols.ts';
import type { EmitRecord, LogTrace } from './record.ts';
import { severityNumber } from './severity.ts';

export interface RequestLogOptions {
  readonly redaction: Redaction;
  /** In the records that go to files without a logger. */
  readonly service: string;
  /** The logger of ours that the application uses, if it does. */
  readonly logger: () => (Logger & { write(info: object): boolean }) | undefined;
  readonly emit: EmitRecord | undefined;
  /** The files of a level; none when the application has not asked for any. */
  readonly filesFor: (level: 'info' | 'error') => readonly LogFile[];
}

const message = 'Request completed';
const longest = 2_048;

/** Bound now, so that an application's fake timers do not become our clock. */
const wall = Date.now.bind(Date);

/**
 * One record for each request: through our logger where the application uses it, which takes it to files, console and
 * OpenTelemetry; else to OpenTelemetry directly, and to files that were asked for. Never to another console.
 */
export const createRequestLog = (options: RequestLogOptions): ((request: CompletedRequest) => void) => {
  const { service, emit, filesFor } = options;
  const propertiesOf = createRequestProperties(options.redaction);
  return request => {
    const level = request.status >= 500 ? 'error' : 'info';
    const logger = options.logger();
    if (logger !== undefined) {
      if (logger.silent || !logger.isLevelEnabled(level)) return;
      logger.write(infoOf(level, propertiesOf(request), request.trace, logger.defaultMeta));
      return;
    }
    const files = filesFor(level);
    if (emit === undefined && files.length === 0) return;
    const attributes = propertiesOf(request);
    const time = wall();
    if (files.length > 0) {
      const timestamp = new Date(time).toISOString();
      const line = jsonLine({
        ...{ timestamp, level, message, service },
        ...attributes,
        ...(request.trace && lineIds(request.trace)),
      });
      for (const file of files) file.write(line);
    }
    emit?.({
      time,
      severityNumber: severityNumber(level),
      severityText: level,
      body: message,
      attributes,
      trace: request.trace,
      scope: '@ykmake/monitoring',
    });
  };
};

const infoOf = (
  level: string,
  properties: JsonObject,
  trace: LogTrace | undefined,
  defaults: unknown,
): Info => ({
  level,
  message,
  [LEVEL]: level,
  [clean]: { properties, trace },
  [call]: { meta: undefined, defaults: isObject(defaults) ? defaults : undefined, defaultsWin: false },
  ...(trace && lineIds(trace)),
});

/** What the record says beside level and message; duration in milliseconds. */
const createRequestProperties = (redaction: Redaction): ((request: CompletedRequest) => JsonObject) => {
  // The same few clients ask again and again.
  const agentOf = rememberTexts(redaction.text);
  return ({ method, target, route, status, seconds, aborted, userAgent, address }) => {
    const properties: Record<string, Json> = { method, url: urlOf(target, redaction) };
    if (route !== undefined) properties.route = route;
    properties.status = status;
    properties.duration = Math.round(seconds * 1e6) / 1e3;
    if (userAgent !== undefined) properties.userAgent = agentOf(userAgent.slice(0, 512));
    if (address !== undefined) properties.ip = address.slice(0, 64);
    if (aborted) properties.aborted = true;
    return properties;
  };
};

const urlOf = (target: string, redaction: Redaction): string => {
  const url = redaction.url.url(target);
  return url.length > longest ? `${url.slice(0, longest)}…` : url;
};
