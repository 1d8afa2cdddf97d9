import { type DiagLogFunction, DiagLogLevel, diag, type MeterProvider, metrics } from '@opentelemetry/api';
import { reasonOf } from './host/report.ts';

type DiagnosticLevel = 'none' | 'error' | 'warn' | 'info' | 'debug' | 'verbose' | 'all';

const levels: Readonly<Record<DiagnosticLevel, DiagLogLevel>> = {
  none: DiagLogLevel.NONE,
  error: DiagLogLevel.ERROR,
  warn: DiagLogLevel.WARN,
  info: DiagLogLevel.INFO,
  debug: DiagLogLevel.DEBUG,
  verbose: DiagLogLevel.VERBOSE,
  all: DiagLogLevel.ALL,
};

/**
 * Publishes the provider and a diagnostic logger in `@opentelemetry/api`, unless the application's own SDK was
 * there first: then its metrics stay with it. Returns what takes back what was published.
 */
export const publishGlobals = (
  provider: MeterProvider,
  level: DiagnosticLevel,
  reportOnce: (cause: string, line: string) => void,
): (() => void) => {
  const log: DiagLogFunction = (...parts) => {
    const text = parts.map(part => (typeof part === 'string' ? part : reasonOf(part))).join(' ');
    // Figures differ from time to time, the cause does not.
    reportOnce(text.replace(/\d+/g, '0'), `OpenTelemetry: ${text.replace(/\s+/g, ' ').slice(0, 500)}`);
  };
  const logger = { error: log, warn: log, info: log, debug: log, verbose: log };
  // The API would report a second registration through this logger; the line below says it better.
  const published = metrics.setGlobalMeterProvider(provider);
  diag.setLogger(logger, { logLevel: levels[level], suppressOverrideMessage: true });
  if (!published) {
    reportOnce(
      'globals',
      'another OpenTelemetry SDK is registered: metrics made through its API stay with it',
    );
  }
  return () => {
    if (published) metrics.disable();
    diag.disable();
  };
};
