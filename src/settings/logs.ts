import { boolean, enumeration, text } from './parse.ts';
import { names, wordsOrNone } from './parse-lists.ts';
import { setting, type Table } from './setting.ts';
import type { PushExporter } from './traces.ts';

export interface LogsSettings {
  readonly logsExporters: readonly PushExporter[] | undefined;
  readonly logLevel: string | undefined;
  readonly logDirectory: string | undefined;
  readonly logConsole: 'simple' | 'json' | 'none' | undefined;
  readonly requestLog: boolean;
  readonly trustProxy: boolean;
  readonly bridgeConsole: boolean;
  readonly redactKeys: readonly string[];
}

const reserved = true;

export const logs: Table<LogsSettings> = {
  logsExporters: setting(
    'OTEL_LOGS_EXPORTER',
    wordsOrNone(['otlp', 'console']),
    undefined,
    'Where log records go.',
    { reserved, fallbackText: 'otlp when an OTLP endpoint is set, else none' },
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
    { reserved },
  ),
  redactKeys: setting(
    'MONITORING_REDACT_KEYS',
    names,
    [],
    'More names whose values are hidden: of metadata in logs, of query parameters in URLs.',
  ),
};
