/** The whole stack on 127.0.0.1, without Docker: real programs, the files that are shipped, free ports, a temporary folder. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type PostgresServer, startPostgres } from '../../database/postgres-server.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../../otlp-receiver.ts';
import type { Prometheus } from '../../real-prometheus/prometheus-server.ts';
import { type SentryIngest, startSentryIngest } from '../../sentry-ingest.ts';
import { type SlackApi, startSlackApi } from '../../slack-api.ts';
import { type Alertmanager, startAlertmanager } from '../alertmanager/alertmanager-server.ts';
import { type Collector, startCollector } from './collector.ts';
import { type Instance, startInstance } from './instance.ts';
import { startPrometheus } from './prometheus.ts';

export interface StackOptions {
  /** Programs: each scrapes the whole stack. */
  readonly prometheus: readonly string[];
  /** Programs: each is told of alerts by the Prometheus of the same place. */
  readonly alertmanagers?: readonly string[];
  /** A program; without it the instances are not traced. */
  readonly collector?: string | undefined;
  /** Environment of the Collector, and of the second instance. */
  readonly env?: {
    readonly collector?: Readonly<Record<string, string>>;
    readonly second?: Readonly<Record<string, string>>;
  };
  /** Seconds between two scrapes. */
  readonly interval?: number;
  /** Durations of the rules are divided by it (hasten.ts). */
  readonly haste?: number;
}

export interface Stack {
  /** Of the example. What hurts an instance alone hurts the second: the first counts without a break. */
  readonly instances: readonly [Instance, Instance];
  readonly prometheus: readonly Prometheus[];
  readonly alertmanagers: readonly (Alertmanager & {
    /** Where it posts. */
    readonly slack: SlackApi;
  })[];
  readonly collector: Collector | undefined;
  /** Takes what the Collector sends on. */
  readonly backend: OtlpReceiver;
  /** Where the instances report errors. */
  readonly sentry: SentryIngest;
  readonly slack: SlackApi;
  /** The one database of both instances. */
  readonly database: PostgresServer;
  /** Ends everything, the last first, and removes the folder. */
  stop(): Promise<void>;
}

const token = 'the-token-of-the-metrics';

/** Starts all of it; what has been started is ended again when something does not start. */
export const startStack = async (options: StackOptions): Promise<Stack> => {
  const { interval = 1, haste = 1 } = options;
  const undo: (() => unknown)[] = [];
  const stop = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (const end of undo.splice(0).reverse())
      try {
        await end();
      } catch (error) {
        failures.push(error);
      }
    if (failures.length > 0) throw new AggregateError(failures, 'a part of the stack could not be stopped');
  };
  const keep = <Part extends { stop(): unknown }>(part: Part): Part => {
    undo.push(() => part.stop());
    return part;
  };
  try {
    const folder = await mkdtemp(path.join(tmpdir(), 'live-stack-'));
    undo.push(() => rm(folder, { recursive: true, force: true }));

    const database = await startPostgres();
    if (database === undefined) throw new Error('the stack needs PostgreSQL');
    keep(database);
    const backend = keep(await startOtlpReceiver());
    const sentry = keep(await startSentryIngest());
    const slack = keep(await startSlackApi());
    const collector =
      options.collector === undefined
        ? undefined
        : keep(
            await startCollector(
              options.collector,
              path.join(folder, 'collector'),
              backend.url,
              options.env?.collector,
            ),
          );

    const env = {
      DATABASE_URL: database.url,
      MONITORING_METRICS_TOKEN: token,
      SENTRY_DSN: sentry.dsn,
      SLACK_TOKEN: slack.token,
      SLACK_CHANNEL: slack.channel,
      SLACK_API_URL: slack.apiUrl,
      ...(collector && { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...impatient }),
    };
    const instances = [
      keep(await startInstance(env)),
      keep(await startInstance({ ...env, ...options.env?.second })),
    ] as const;

    const alertmanagers = await inTurn(options.alertmanagers ?? [], async program => {
      const channel = keep(await startSlackApi());
      const server = keep(await startAlertmanager(program, { webhook: channel.webhookUrl }));
      return { ...server, slack: channel };
    });
    const targets = {
      ykmake: instances.map(({ address }) => address),
      ...(collector && { 'otel-collector': [collector.address], pushed: [collector.pushedAddress] }),
      alertmanager: alertmanagers.map(({ url }) => new URL(url).host),
    };
    const prometheus = await inTurn(options.prometheus, async (program, index) => {
      const places = {
        targets,
        alertmanagers: alertmanagers.slice(index, index + 1).map(({ url }) => new URL(url).host),
        interval: `${interval}s`,
      };
      return keep(await startPrometheus(program, places, token, haste));
    });
    return { instances, prometheus, alertmanagers, collector, backend, sentry, slack, database, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

/** One after the other, so that nothing is being started when something is undone. */
const inTurn = async <Part>(
  programs: readonly string[],
  start: (program: string, index: number) => Promise<Part>,
): Promise<readonly Part[]> => {
  const parts: Part[] = [];
  for (const [index, program] of programs.entries()) parts.push(await start(program, index));
  return parts;
};

/** Tests have no time for what the package waits for before it gives telemetry up, or says an error again. */
const impatient = {
  OTEL_BSP_SCHEDULE_DELAY: '500',
  OTEL_BSP_EXPORT_TIMEOUT: '2000',
  OTEL_BLRP_EXPORT_TIMEOUT: '2000',
  MONITORING_ALERT_WINDOW: '2000',
};
