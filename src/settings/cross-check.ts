import { quote } from './message.ts';
import { protocolOf } from './otlp-target.ts';
import { type Environment, textOf } from './setting.ts';
import { type Settings, table } from './table.ts';

export interface Checked {
  readonly settings: Settings;
  readonly complaints: readonly string[];
  /** A guard of the metrics endpoint was asked for, and none can be used. */
  readonly metricsAreClosed?: boolean;
}

/** What no variable can know alone. */
export function crossCheck(settings: Settings, environment: Environment): Checked {
  const guard = guardCheck(settings, environment);
  const timeout = timeoutCheck(guard.settings, environment);
  const grpc = grpcCheck(timeout.settings);
  const sentry = sentryTracesCheck(grpc.settings, environment);
  return {
    settings: sentry.settings,
    complaints: [
      ...[guard, timeout, grpc, sentry].flatMap(({ complaints }) => complaints),
      ...slackComplaints(settings),
    ],
    metricsAreClosed: guard.metricsAreClosed ?? false,
  };
}

/**
 * A guard that was asked for and cannot be used must not leave the endpoint open: every scrape is refused. An
 * empty guard counts as none, but is said: it is mostly a secret that did not arrive.
 */
function guardCheck(settings: Settings, environment: Environment): Checked {
  if (settings.metricsToken !== undefined || settings.metricsBasicAuth !== undefined) return pass(settings);
  const guards = [table.metricsToken.name, table.metricsBasicAuth.name];
  const isBroken = guards.some(name => textOf(environment, name) !== '');
  const empty = guards.filter(name => environment[name] !== undefined && textOf(environment, name) === '');
  return {
    settings,
    metricsAreClosed: isBroken,
    complaints: empty.map(name => `${name} is set but empty: it does not guard the metrics endpoint`),
  };
}

/** OpenTelemetry's reader throws when a push may take longer than the interval between two. */
function timeoutCheck(settings: Settings, environment: Environment): Checked {
  const { metricExportInterval: interval, metricExportTimeout: timeout } = settings;
  if (timeout <= interval) return pass(settings);
  const { name } = table.metricExportTimeout;
  const given = textOf(environment, name);
  const adjusted = { ...settings, metricExportTimeout: interval };
  // The default timeout simply follows a shorter interval.
  if (Number(given) !== timeout) return pass(adjusted);
  const limit = `${table.metricExportInterval.name} (${interval} ms)`;
  return {
    settings: adjusted,
    complaints: [`${name}=${quote(given)} is longer than ${limit}: using ${interval}`],
  };
}

/** Only traces go by gRPC, and a receiver of gRPC would not understand the others in another form. */
function grpcCheck(settings: Settings): Checked {
  const { otlpProtocol, otlpMetricsProtocol, otlpLogsProtocol } = table;
  const isAsked = (exporters: readonly string[] | undefined, signal: 'Metrics' | 'Logs'): boolean =>
    (exporters ?? []).includes('otlp') && protocolOf(settings, signal) === 'grpc';
  const complaint = (signal: string, { name }: { readonly name: string }): string =>
    `${otlpProtocol.name}=grpc is only for traces: ${signal} are not sent by OTLP; ${name}=http/protobuf sends them`;
  const metrics = isAsked(settings.metricsExporters, 'Metrics');
  return {
    settings: metrics ? { ...settings, metricsExporters: withoutOtlp(settings.metricsExporters) } : settings,
    complaints: [
      ...(metrics ? [complaint('metrics', otlpMetricsProtocol)] : []),
      // Those that are only sent because there is an endpoint are left out without a word here: see `logsExporters`.
      ...(isAsked(settings.logsExporters, 'Logs') ? [complaint('logs', otlpLogsProtocol)] : []),
    ],
  };
}

/** Spans need the address of a project; a bad one has its own complaint. */
function sentryTracesCheck(settings: Settings, environment: Environment): Checked {
  const { sentryTraces, sentryDsn, configFile } = table;
  const isMissing = textOf(environment, sentryDsn.name) === '';
  if (!settings.sentryTraces || !(isMissing || settings.configFile)) return pass(settings);
  const why = isMissing ? `needs ${sentryDsn.name}` : `has no effect beside ${configFile.name}`;
  return { settings, complaints: [`${sentryTraces.name}=true ${why}: no spans go to Sentry`] };
}

/** Half of what posts alerts posts none, and secrets that go unencrypted are none. */
function slackComplaints(settings: Settings): readonly string[] {
  const { slackToken, slackChannel, slackWebhookUrl, slackApiUrl } = settings;
  const [token, channel, webhook, api] = [
    ...[table.slackToken.name, table.slackChannel.name, table.slackWebhookUrl.name, table.slackApiUrl.name],
  ] as const;
  const isByToken = slackToken !== undefined && slackChannel !== undefined;
  const isHalf = !isByToken && (slackToken !== undefined || slackChannel !== undefined);
  const [given, missing] = slackToken === undefined ? [channel, token] : [token, channel];
  const instead =
    slackWebhookUrl === undefined ? 'no alerts are posted to Slack' : `alerts are posted by ${webhook} alone`;
  const used = isByToken ? { name: api, url: slackApiUrl } : { name: webhook, url: slackWebhookUrl };
  return [
    ...(isHalf ? [`${given} is not used without a usable ${missing}: ${instead}`] : []),
    ...(isReadableOnTheWay(used.url)
      ? [`${used.name} is not https: alerts, and the secret they are posted with, can be read on their way`]
      : []),
  ];
}

/** Accepted all the same: it may be a relay in a network of its own. What stays on this machine is nobody else's. */
function isReadableOnTheWay(url: string | undefined): boolean {
  if (url === undefined) return false;
  const { protocol, hostname } = new URL(url);
  return protocol !== 'https:' && !/^(?:(?:.+\.)?localhost|127\..+|\[::1\])$/.test(hostname);
}

function withoutOtlp<Exporter extends string>(exporters: readonly Exporter[]): readonly Exporter[] {
  return exporters.filter(exporter => exporter !== 'otlp');
}

function pass(settings: Settings): Checked {
  return { settings, complaints: [] };
}
