import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type {
  ContextManager,
  LoggerProvider,
  MeterProvider,
  TextMapPropagator,
  TracerProvider,
} from '@opentelemetry/api';
import { reasonOf } from './host/report.ts';

type DiagnosticLevel = 'none' | 'error' | 'warn' | 'info' | 'debug' | 'verbose' | 'all';
type Log = (...parts: readonly unknown[]) => void;

/**
 * What every copy of `@opentelemetry/api` 1.x in a process shares, whoever put it there. A copy uses it when
 * the minor of `version` is at least its own.
 */
interface SharedApi {
  readonly version: string;
  metrics?: MeterProvider;
  diag?: Readonly<Record<'error' | 'warn' | 'info' | 'debug' | 'verbose', Log>>;
  trace?: TracerProvider;
  context?: ContextManager;
  propagation?: TextMapPropagator;
  logs?: LoggerProvider;
}

const key = Symbol.for('opentelemetry.js.api.1');
/** What every copy of `@opentelemetry/api-logs` shares: tells the provider to those that name the version of its interface. */
const logsKey = Symbol.for('io.opentelemetry.js.api.logs');
type Holder = { [key]?: SharedApi; [logsKey]?: (version: number) => LoggerProvider | undefined };

/** The release whose interfaces our providers implement; a test holds it to the one that is bundled. */
export const implementedApi = '1.10.0';

/** What the OpenTelemetry API of this process holds, whichever SDK registered it. */
export const sharedApi = (): Readonly<SharedApi> | undefined => (globalThis as Holder)[key];

/** Who takes the log records of this process already, through either of the two APIs. */
export const otherLoggerProvider = (): LoggerProvider | undefined =>
  sharedApi()?.logs ?? (globalThis as Holder)[logsKey]?.(1);

export interface GlobalsOptions {
  readonly provider: MeterProvider;
  /** `undefined`: whoever traces registers, or has. */
  readonly tracing:
    | {
        readonly provider: TracerProvider;
        readonly contextManager: ContextManager;
        readonly propagator: TextMapPropagator;
      }
    | undefined;
  /** `undefined`: whoever takes log records registers, or has. */
  readonly logs: LoggerProvider | undefined;
  readonly diagnosticLevel: DiagnosticLevel;
  readonly reportOnce: (cause: string, line: string) => void;
  /** Told when metrics made through the API go to another SDK. */
  readonly onMetricsTaken: () => void;
  /** The application's main script, from where it loads its own copy of the API. */
  readonly script: string | undefined;
}

/**
 * Publishes the provider and a diagnostic logger for every copy of the OpenTelemetry API, unless the
 * application's own SDK was there first: then its metrics stay with it. Returns what takes back what was
 * published.
 *
 * Written without the API, which is fifty files to load, and a fifth of our start-up: what its copies share
 * is this one object.
 */
export const publishGlobals = (options: GlobalsOptions): (() => void) => {
  const { provider, tracing, logs, diagnosticLevel, reportOnce, onMetricsTaken, script } = options;
  const holder = globalThis as Holder;
  holder[key] ??= createSharedApi(script);
  const api = holder[key];
  const diagnostics = createDiagnostics(diagnosticLevel, reportOnce);
  api.diag = diagnostics;
  if (api.metrics === undefined) api.metrics = provider;
  else onMetricsTaken();
  const traced = tracing && {
    trace: tracing.provider,
    context: tracing.contextManager,
    propagation: tracing.propagator,
  };
  Object.assign(api, traced);
  const removeLogs = logs === undefined ? () => {} : publishLogs(api, logs);
  return () => {
    unregister({ metrics: provider, diag: diagnostics, ...traced });
    removeLogs();
  };
};

/** For both APIs: libraries still use that of its own, such as Winston's official transport. */
const publishLogs = (api: SharedApi, provider: LoggerProvider): (() => void) => {
  const holder = globalThis as Holder;
  const getter = (version: number): LoggerProvider | undefined => (version === 1 ? provider : undefined);
  api.logs ??= provider;
  holder[logsKey] ??= getter;
  return () => {
    unregister({ logs: provider });
    if (holder[logsKey] === getter) delete holder[logsKey];
  };
};

/** Takes out what is still there of these parts. */
export const unregister = (
  parts: { readonly [Name in keyof SharedApi]?: SharedApi[Name] | undefined },
): void => {
  const api = (globalThis as Holder)[key];
  if (api === undefined) return;
  for (const [name, part] of Object.entries(parts)) {
    if (api[name as keyof SharedApi] === part) Reflect.deleteProperty(api, name);
  }
};

/** The version is looked up when a copy of the API asks for it, which few applications have. */
const createSharedApi = (script: string | undefined): SharedApi => {
  let version: string | undefined;
  return Object.defineProperty({} as SharedApi, 'version', {
    enumerable: true,
    get: () => {
      version ??= installedApi(script) ?? implementedApi;
      return version;
    },
  });
};

/**
 * The version of the application's own copy, else of the one beside us, older or newer than ours. Under an
 * older version that copy would not use what we publish, and under any other one it could not register what
 * the application has of its own, such as a tracer.
 */
const installedApi = (script: string | undefined): string | undefined => {
  for (const from of [script ?? path.join(process.cwd(), 'script'), import.meta.url]) {
    try {
      const main = createRequire(from).resolve('@opentelemetry/api');
      const folder = main.slice(0, main.lastIndexOf(`${path.sep}api${path.sep}`) + 5);
      const { version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as {
        version?: unknown;
      };
      if (typeof version === 'string' && version.startsWith('1.')) return version;
    } catch {
      // Not installed there.
    }
  }
  return undefined;
};

/** From the most to the least severe. */
const levels = ['error', 'warn', 'info', 'debug', 'verbose'] as const;

const createDiagnostics = (
  level: DiagnosticLevel,
  reportOnce: GlobalsOptions['reportOnce'],
): NonNullable<SharedApi['diag']> => {
  const log: Log = (...parts) => {
    const text = parts.map(part => (typeof part === 'string' ? part : reasonOf(part))).join(' ');
    // Figures differ from time to time, the cause does not.
    reportOnce(text.replace(/\d+/g, '0'), `OpenTelemetry: ${text.replace(/\s+/g, ' ').slice(0, 500)}`);
  };
  const ignore: Log = () => {};
  const least = level === 'all' ? levels.length - 1 : (levels as readonly string[]).indexOf(level);
  const at = (name: (typeof levels)[number]): Log => (levels.indexOf(name) <= least ? log : ignore);
  return {
    error: at('error'),
    warn: at('warn'),
    info: at('info'),
    debug: at('debug'),
    verbose: at('verbose'),
  };
};
