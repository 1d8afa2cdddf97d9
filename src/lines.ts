/** What the package says on stderr while it runs: what happened, and what it means for the application. */
import { reasonOf } from './host/report.ts';

export const overflow = (metric: string, limit: number): string =>
  `${metric} holds ${limit} label sets (MONITORING_MAX_SERIES): further ones are counted in its overflow set`;

export const hookFailed = (hook: string, error: unknown): string =>
  `the ${hook} hook failed, the application is not affected: ${reasonOf(error)}`;

export const shadowed = (metric: string): string =>
  `${metric} is also made by the application: only ours is shown`;

/** Many, when the application runs prom-client's collectDefaultMetrics: one line for all of them. */
export const shadowedByPromClient = (metrics: readonly string[]): string => {
  const others = metrics.filter(metric => !/^(process|nodejs)_/.test(metric));
  const runtime = metrics.length - others.length;
  const named = [...others, ...(runtime > 0 ? [`${runtime} process_* and nodejs_* metrics`] : [])];
  return `also made by the application's prom-client: ${named.join(', ')}; only ours are shown`;
};

export const shownOnce = (metrics: readonly string[]): string =>
  `twice in prom-client, the first is shown: ${metrics.join(', ')}`;

export const scrapeFailed = (error: unknown): string => `a scrape failed: ${reasonOf(error)}`;

export const callbackFailed = (error: unknown): string =>
  `a metric callback of the application failed or took too long, its metric is missing: ${reasonOf(error)}`;

export const invalidMeasurement = (metric: string, error: unknown): string =>
  `a measurement of ${metric} cannot be recorded and is dropped: ${reasonOf(error)}`;

export const exportFailing = (host: string, error: unknown): string =>
  `metrics cannot be sent to ${host}, trying again with every export: ${reasonOf(error)}`;

export const exportRecovered = (): string => 'metrics are sent again';

export const tracesFailing = (host: string, error: unknown): string =>
  `traces cannot be sent to ${host}, what does not fit the queue is dropped: ${reasonOf(error)}`;

export const tracesRecovered = (): string => 'traces are sent again';

export const logsFailing = (host: string, error: unknown): string =>
  `logs cannot be sent to ${host}, what does not fit the queue is dropped: ${reasonOf(error)}`;

export const logsRecovered = (): string => 'logs are sent again';

/** @param configFile that says where they go; `undefined`: another SDK took them */
export const metricsTaken = (configFile: string | undefined): string =>
  configFile === undefined
    ? 'another OpenTelemetry SDK is registered: metrics made through its API stay with it'
    : `metrics made through OpenTelemetry's API go where ${configFile} says, and not to our page`;

export const logFilesFailing = (directory: string, error: unknown): string =>
  `log files in ${directory} cannot be written, lines that reach none are on the console meanwhile: ${reasonOf(error)}`;

export const logFilesRecovered = (directory: string): string => `log files in ${directory} are written again`;

export const withoutWinston = (): string =>
  'winston 3 is not installed beside the application: the logger of @ykmake/monitoring writes without it, and takes no transports and formats; npm install winston';

export const loggerFailed = (error: unknown): string =>
  `a transport or format of the application's logger failed: ${reasonOf(error)}`;

export const sentryFailing = (error: unknown): string =>
  `errors cannot be reported to Sentry, what does not fit the queue is dropped: ${reasonOf(error)}`;

export const sentryRecovered = (): string => 'errors are reported to Sentry again';

export const slackFailing = (error: unknown): string =>
  `alerts cannot be posted to Slack, each that is lost is logged: ${reasonOf(error)}`;

export const slackRecovered = (): string => 'alerts are posted to Slack again';
