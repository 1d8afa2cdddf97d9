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
  return {
    settings: grpc.settings,
    complaints: [...guard.complaints, ...timeout.complaints, ...grpc.complaints],
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

/** Metrics do not go by gRPC, and a receiver of gRPC would not understand them in another form. */
function grpcCheck(settings: Settings): Checked {
  const { metricsExporters } = settings;
  if (!metricsExporters.includes('otlp') || protocolOf(settings, 'Metrics') !== 'grpc') return pass(settings);
  const { otlpProtocol, otlpMetricsProtocol } = table;
  return {
    settings: { ...settings, metricsExporters: metricsExporters.filter(exporter => exporter !== 'otlp') },
    complaints: [
      `${otlpProtocol.name}=grpc is only for traces: metrics are not sent by OTLP; ${otlpMetricsProtocol.name}=http/protobuf sends them`,
    ],
  };
}

function pass(settings: Settings): Checked {
  return { settings, complaints: [] };
}
