import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { type App, register, root, startApp } from '../child.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../otlp-receiver.ts';
import { metric } from '../page.ts';

/** The two APIs through which an application or a library can log. */
export const apis = ['@opentelemetry/api-logs', '@opentelemetry/api'] as const;

export interface LoggingApp {
  readonly app: App;
  readonly receiver: OtlpReceiver;
  /** Asks the application for a path, and returns the answer. */
  readonly ask: (path: string) => Promise<string>;
  /** What `monitoring_dropped_total` says of logs, by reason. */
  readonly dropped: () => Promise<Readonly<Record<string, number>>>;
}

export interface LoggingOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** Options of Node.js; our preload alone without them. */
  readonly options?: readonly string[];
  /** Its requests become spans. */
  readonly traced?: boolean;
}

/** Runs with test/fixtures/api-logs/app.mjs, which sends its log records to a receiver. */
export const withLoggingApp = async (
  { env = {}, args = [], options = ['--import', register], traced = false }: LoggingOptions,
  run: (logging: LoggingApp) => Promise<void>,
): Promise<void> => {
  const receiver = await startOtlpReceiver();
  const app = await startApp('', {
    args: ['--expose-gc', ...options, `${root}/test/fixtures/api-logs/app.mjs`, ...args],
    env: {
      API: '@opentelemetry/api-logs',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_BLRP_SCHEDULE_DELAY: '50',
      OTEL_BSP_SCHEDULE_DELAY: '50',
      MONITORING_REQUEST_LOG: 'false',
      ...(!traced && { OTEL_TRACES_EXPORTER: 'none' }),
      ...env,
    },
  });
  try {
    await run({
      app,
      receiver,
      ask: async path => (await fetch(`${app.url}${path}`)).text(),
      dropped: async () => {
        const counts = metric(await app.scrape(), 'monitoring_dropped_total');
        return Object.fromEntries(
          Object.entries(counts)
            .filter(([labels]) => labels.includes('signal="logs"'))
            .map(([labels, count]) => [/reason="(\w+)"/.exec(labels)?.[1], count]),
        );
      },
    });
  } finally {
    await app.stop();
    receiver.stop();
  }
};

export const until = async (
  condition: () => boolean | Promise<boolean>,
  what: () => string,
  timeoutMs = 20_000,
): Promise<void> => {
  for (const deadline = performance.now() + timeoutMs; !(await condition()); await pause(50)) {
    assert.ok(performance.now() < deadline, `not within ${timeoutMs} ms: ${what()}`);
  }
};
