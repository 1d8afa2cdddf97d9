import type { Logger, LoggerProvider } from '@opentelemetry/api';
import type { EncodedScope } from '../otlp/export-request.ts';
import { type ApiRecordOptions, attributesOf, createApiRecord } from './api-record.ts';
import type { OutgoingRecord } from './outgoing-record.ts';

export interface LoggerProviderOptions extends ApiRecordOptions {
  readonly add: (record: OutgoingRecord) => void;
  /** Told of a record that cannot be read. */
  readonly onInvalid: () => void;
  /** Whether records still go anywhere. */
  readonly isOpen: () => boolean;
}

/** More than any application has; those beyond are made anew each time. */
const mostLoggers = 1_000;

/**
 * Takes the log records of applications and libraries that use OpenTelemetry's API, of `@opentelemetry/api` 1.10 or
 * `@opentelemetry/api-logs`. Nothing in it throws, whatever it is given.
 */
export const createLoggerProvider = (options: LoggerProviderOptions): LoggerProvider => {
  const { add, onInvalid, isOpen, redaction } = options;
  const outgoing = createApiRecord(options);
  const loggers = new Map<string, Logger>();

  const createLogger = (scope: EncodedScope): Logger => ({
    emit: record => {
      try {
        add(outgoing(record, scope));
      } catch {
        onInvalid();
      }
    },
    enabled: isOpen,
  });

  const scopeOf = (name: unknown, version: unknown, described: unknown): EncodedScope => {
    const { schemaUrl, attributes } = (described ?? {}) as Readonly<Record<string, unknown>>;
    const own = attributesOf(attributes, redaction);
    return {
      name: typeof name === 'string' && name !== '' ? name : unknown,
      ...(typeof version === 'string' && { version }),
      ...(typeof schemaUrl === 'string' && { schemaUrl }),
      ...(Object.keys(own).length > 0 && { attributes: own as Record<string, never> }),
    };
  };

  return {
    getLogger: (name, version, described) => {
      try {
        const scope = scopeOf(name, version, described);
        const key = JSON.stringify(scope);
        const logger = loggers.get(key) ?? createLogger(scope);
        if (loggers.size < mostLoggers) loggers.set(key, logger);
        return logger;
      } catch {
        return createLogger({ name: unknown });
      }
    },
  };
};

/** Source: @opentelemetry/sdk-logs, DEFAULT_LOGGER_NAME. */
const unknown = 'unknown';
