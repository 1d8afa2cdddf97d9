import { reportedTo } from './errors/reported-to.ts';
import { insideContainer } from './host/container.ts';
import type { StartedLogging } from './logs/start-logging.ts';
import { asksInVain, named, observed } from './observed.ts';
import { otlpMetricsTarget } from './settings/otlp-target.ts';
import type { Settings } from './settings/table.ts';
import type { StartedTracing } from './traces/start-tracing.ts';

/** The line for each state of the endpoint; the first one printed also says what is on, what is off and why. */
export interface StartLine {
  listening(url: string): string;
  unavailable(error: NodeJS.ErrnoException): string;
  withoutEndpoint(): string;
  /** Lines about settings that are valid and yet rarely meant. */
  warnings(): readonly string[];
}

/** What of a signal runs, and why not. */
interface Signals {
  readonly tracing: Pick<StartedTracing, 'to' | 'whyNot' | 'metricsBy'>;
  readonly logging: Pick<StartedLogging, 'to' | 'whyNot'>;
}

export const createStartLine = (settings: Settings, signals: Signals): StartLine => {
  const address = `${settings.prometheusHost}:${settings.prometheusPort}`;
  let first = true;
  const line = (state: string): string => {
    const parts = first ? [state, ...summary(settings, signals)] : [state];
    first = false;
    return parts.join('; ');
  };
  return {
    listening: url => line(`metrics at ${url}`),
    unavailable: error =>
      line(
        `${unavailable(error, address, signals.tracing.metricsBy)}: metrics are counted but not served, trying again every 5 s`,
      ),
    withoutEndpoint: () => line('no metrics endpoint'),
    warnings: () => warnings(settings),
  };
};

const unavailable = (
  error: NodeJS.ErrnoException,
  address: string,
  metricsBy: string | undefined,
): string => {
  switch (error.code) {
    case 'EADDRINUSE':
      return `${address} is taken by another process${metricsBy === undefined ? '' : `, or by a reader of ${metricsBy}`}`;
    case 'EACCES':
      return `${address} may not be opened by this user`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${address} is no address of this machine`;
    default:
      return `${address} cannot be opened (${error.code ?? error.message})`;
  }
};

const summary = (settings: Settings, { tracing, logging }: Signals): readonly string[] => {
  const { metricsExporters, disabledInstrumentations } = settings;
  const isTraced = tracing.to.length > 0;
  const on = metricsExporters.length > 0 || isTraced ? observed(settings, isTraced) : [];
  const exporters = metricsExporters.flatMap(exporter => {
    if (exporter === 'otlp') return [`OTLP to ${new URL(otlpMetricsTarget(settings).url).origin}`];
    return exporter === 'console' ? ['console'] : [];
  });
  const errorsTo = reportedTo(settings);
  const errors = errorsTo.length > 0 ? [`errors to ${errorsTo.join(' and ')}`] : [];
  const parts = [...on, ...exporters, ...tracing.to, ...logging.to, ...errors];
  const off = [
    ...named(disabledInstrumentations, 'OTEL_NODE_DISABLED_INSTRUMENTATIONS'),
    ...(metricsExporters.includes('prometheus')
      ? []
      : [`endpoint (OTEL_METRICS_EXPORTER=${metricsExporters.join(',') || 'none'})`]),
    ...(tracing.whyNot === undefined ? [] : [`traces (${tracing.whyNot})`]),
    ...(logging.whyNot === undefined ? [] : [`logs (${logging.whyNot})`]),
    ...(settings.sentryDsn === undefined ? ['Sentry (SENTRY_DSN is not set)'] : []),
    ...(errorsTo.includes('Slack') ? [] : ['Slack (SLACK_TOKEN is not set)']),
  ];
  const inVain = named(asksInVain(settings), 'OTEL_NODE_ENABLED_INSTRUMENTATIONS');
  return [
    ...(parts.length > 0 ? [`on: ${parts.join(', ')}`] : []),
    `off: ${off.join(', ')}`,
    ...(inVain.length > 0 ? [`without effect in this version: ${inVain.join(', ')}`] : []),
  ];
};

const loopback: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);

const warnings = (settings: Settings): readonly string[] => {
  const guarded = settings.metricsToken !== undefined || settings.metricsBasicAuth !== undefined;
  const { prometheusHost: host } = settings;
  if (!loopback.has(host)) {
    return guarded
      ? []
      : [`the metrics on ${host} are open to the network: set MONITORING_METRICS_TOKEN to guard them`];
  }
  return insideContainer()
    ? [
        `in this container only itself reaches ${host}: OTEL_EXPORTER_PROMETHEUS_HOST=0.0.0.0 with MONITORING_METRICS_TOKEN opens the metrics`,
      ]
    : [];
};
