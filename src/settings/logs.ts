import { boolean, enumeration, integer, milliseconds, text } from './parse.ts';
import { names, wordsOrNone } from './parse-lists.ts';
import { setting, type Table } from './setting.ts';
import { attributeLength, count, type PushExporter } from './traces.ts';

export interface LogsSettings {
  readonly logsExporters: readonly PushExporter[] | undefined;
  readonly logRecordQueueSize: number;
  readonly logRecordBatchSize: number;
  readonly logRecordDelay: number;
  readonly logRecordExportTimeout: number;
  readonly logRecordAttributeCountLimit: number | undefined;
  readonly logRecordAttributeValueLengthLimit: number | undefined;
  readonly logLevel: string | undefined;
  readonly logDirectory: string | undefined;
  readonly logConsole: 'simple' | 'json' | 'none' | undefined;
  readonly requestLog: boolean;
  readonly trustProxy: boolean;
  readonly bridgeConsole: boolean;
  readonly redactKeys: readonly string[];
}

export const logs: Table<LogsSettings> = {
  logsExporters: setting(
    'OTEL_LOGS_EXPORTER',
    wordsOrNone(['otlp', 'console']),
    undefined,
    'Where log records go.',
    { fallbackText: 'otlp when an OTLP endpoint is set, else none' },
  ),
  logRecordQueueSize: setting(
    'OTEL_BLRP_MAX_QUEUE_SIZE',
    integer(1, 1_000_000),
    2048,
    'Log records that wait to be sent; more are dropped and counted.',
  ),
  logRecordBatchSize: setting(
    'OTEL_BLRP_MAX_EXPORT_BATCH_SIZE',
    integer(1, 1_000_000),
    512,
    'Log records that are sent together, at most as many as wait.',
  ),
  logRecordDelay: setting(
    'OTEL_BLRP_SCHEDULE_DELAY',
    milliseconds,
    1000,
    'Longest time in milliseconds that a log record waits for others to be sent with.',
  ),
  logRecordExportTimeout: setting(
    'OTEL_BLRP_EXPORT_TIMEOUT',
    milliseconds,
    30_000,
    'Time in milliseconds for all tries to send the same log records.',
  ),
  logRecordAttributeCountLimit: setting(
    'OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT',
    count,
    undefined,
    'Most attributes of a log record; it wins over `OTEL_ATTRIBUTE_COUNT_LIMIT`.',
    { fallbackText: 'the value of OTEL_ATTRIBUTE_COUNT_LIMIT' },
  ),
  logRecordAttributeValueLengthLimit: setting(
    'OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT',
    attributeLength,
    undefined,
    'Most characters of a text in an attribute of a log record; it wins over `OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT`.',
    { fallbackText: 'the value of OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT' },
  ),
  logLevel: setting(
    'LOG_LEVEL',
    // Any word: the application may read the variable itself, for a logger with other levels. Ours complains itself.
    text,
    undefined,
    'Least important level that the logger writes: error, warn, info, http, verbose, debug, silly.',
    { fallbackText: 'info in production, else debug' },
  ),
  logDirectory: setting(
    'LOG_DIR',
    text,
    undefined,
    'Folder of `error.log` and `combined.log`; `none` writes no files. Set, it also gets the request log of an application that does not use the logger of this package.',
    { fallbackText: 'logs for the logger of this package' },
  ),
  logConsole: setting(
    'MONITORING_LOG_CONSOLE',
    enumeration(['simple', 'json', 'none']),
    undefined,
    'What the logger writes to stdout: `simple` for people, `json` the lines of the files, or `none`.',
    { fallbackText: 'none in production, else simple' },
  ),
  requestLog: setting(
    'MONITORING_REQUEST_LOG',
    boolean,
    true,
    'One log record for each request: where the logger of this package writes, where it is used, and to OpenTelemetry.',
  ),
  trustProxy: setting(
    'MONITORING_TRUST_PROXY',
    boolean,
    false,
    "The client's address comes from the headers of a proxy instead of from the socket.",
  ),
  bridgeConsole: setting(
    'MONITORING_BRIDGE_CONSOLE',
    boolean,
    false,
    'What the application writes with `console` becomes log records too.',
  ),
  redactKeys: setting(
    'MONITORING_REDACT_KEYS',
    names,
    [],
    'More names whose values are hidden, in logs and spans: of properties, attributes, query parameters, and in texts (`name=…`, `name: …`).',
  ),
};
