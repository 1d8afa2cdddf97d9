/** Faults of the stack. Each goes on until its signal, and is over when its promise is fulfilled. */
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { OtlpReceiver } from '../../otlp-receiver.ts';
import type { SentryIngest } from '../../sentry-ingest.ts';
import type { SlackApi } from '../../slack-api.ts';
import type { Collector } from './collector.ts';
import type { Instance } from './instance.ts';

/** Waits, but no longer than the fault lasts. */
const rest = async (milliseconds: number, signal: AbortSignal): Promise<void> => {
  await pause(milliseconds, undefined, { signal }).catch(() => undefined);
};

/** Until the signal: never, if it comes first. */
const over = (signal: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

const ask = async (url: string, request: RequestInit = {}): Promise<void> => {
  // That it fails, or is cut off, is what is asked for.
  const answer = await fetch(url, { signal: AbortSignal.timeout(10_000), ...request }).catch(() => undefined);
  await answer?.arrayBuffer().catch(() => undefined);
};

const askOften = async (url: string, signal: AbortSignal): Promise<void> => {
  const asked: Promise<void>[] = [];
  for (; !signal.aborted; await rest(100, signal)) asked.push(ask(url));
  await Promise.all(asked);
};

/** A route answers with 500, for a reason of its own. */
export const brokenRoute = ({ url }: Instance, signal: AbortSignal): Promise<void> =>
  askOften(`${url}/api/reports/broken`, signal);

/** A route takes 0.3 to 1.2 seconds. */
export const slowRoute = ({ url }: Instance, signal: AbortSignal): Promise<void> =>
  askOften(`${url}/api/reports/slow`, signal);

const withDatabase = async (url: string, work: (client: pg.Client) => Promise<void>): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
};

/**
 * A view stands where the table was. What an instance runs at its start works with it as with the table: it asks for no
 * name and adds no row. Were nothing there, an instance that starts in between would make a new table.
 */
const brokenProjects = `
  ALTER TABLE projects RENAME TO projects_elsewhere;
  CREATE VIEW projects AS
    SELECT id, (1 / (id - id))::text AS name, owner_id, created_at FROM projects_elsewhere;
  CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no projects today'; END $$;
  CREATE TRIGGER refuse INSTEAD OF INSERT OR DELETE ON projects FOR EACH ROW EXECUTE FUNCTION refuse()`;

/** Every query for a project fails. */
export const failingQueries = (databaseUrl: string, signal: AbortSignal): Promise<void> =>
  withDatabase(databaseUrl, async client => {
    await client.query(brokenProjects);
    await over(signal);
    await client.query(
      'DROP VIEW projects; DROP FUNCTION refuse; ALTER TABLE projects_elsewhere RENAME TO projects',
    );
  });

/** Every query for a project waits for a lock, 0.9 seconds at most. */
export const slowQueries = (databaseUrl: string, signal: AbortSignal): Promise<void> =>
  withDatabase(databaseUrl, async client => {
    for (; !signal.aborted; await rest(50, signal)) {
      await client.query('BEGIN; LOCK TABLE projects IN ACCESS EXCLUSIVE MODE');
      await rest(900, signal);
      await client.query('COMMIT');
    }
  });

/** An instance is killed, and started again when it is over. */
export const gone = async (instance: Instance, signal: AbortSignal): Promise<void> => {
  await instance.kill();
  await over(signal);
  await instance.start();
};

/** It is killed and started again and again, and each time scraped in between. */
export const restarts = async (instance: Instance, signal: AbortSignal): Promise<void> => {
  for (; !signal.aborted; await rest(2_500, signal)) {
    await instance.kill();
    await instance.start();
  }
};

/**
 * Its event loop stands still most of the time. Every hundredth of what it has measured in one or two minutes must be
 * such a stall, so a process that has just begun shows it soonest.
 */
export const stalls = async (instance: Instance, signal: AbortSignal): Promise<void> => {
  for (; !signal.aborted; await rest(500, signal)) instance.trouble({ stall: 1_000 });
};

/** It does hardly anything but collect garbage. */
export const garbage = async (instance: Instance, signal: AbortSignal): Promise<void> => {
  for (; !signal.aborted; await rest(500, signal)) instance.trouble({ garbage: 450 });
};

/** It calls services that answer, that fail, and that are not there. */
export const calls = async (
  instance: Instance,
  urls: readonly string[],
  signal: AbortSignal,
): Promise<void> => {
  for (; !signal.aborted; await rest(200, signal)) for (const url of urls) instance.trouble({ call: url });
};

/** The package meets something that it was not made for. */
export const nonsense = async (instance: Instance, signal: AbortSignal): Promise<void> => {
  for (; !signal.aborted; await rest(500, signal)) instance.trouble({ nonsense: true });
};

/** Nobody takes what the instances report, so that it is given up at once. */
export const lostReports = async (
  sentry: SentryIngest,
  slack: SlackApi,
  signal: AbortSignal,
): Promise<void> => {
  sentry.behave({ status: 400 });
  slack.behave({ error: 'invalid_blocks' });
  await over(signal);
  sentry.behave({ status: 200 });
  slack.behave('ok');
};

/** What is behind the Collector refuses what it sends, for good: it is lost. */
export const refusingBackend = async (backend: OtlpReceiver, signal: AbortSignal): Promise<void> => {
  backend.behave({ status: 400 });
  await over(signal);
  backend.behave({ status: 200 });
};

/** What is behind the Collector cannot take anything now, and much comes: its queues grow until they are full. */
export const busyBackend = async (
  collector: Collector,
  backend: OtlpReceiver,
  signal: AbortSignal,
): Promise<void> => {
  backend.behave({ status: 503 });
  for (; !signal.aborted; await rest(200, signal)) await pushMuch(collector.url);
  backend.behave({ status: 200 });
};

/** 300 kB of spans, and as many of log records. */
const pushMuch = async (collectorUrl: string): Promise<void> => {
  const many = <Item>(item: Item): readonly Item[] => Array.from({ length: 300 }, () => item);
  const text = { stringValue: 'x'.repeat(1_000) };
  const at = `${Date.now()}000000`;
  const span = {
    ...{ traceId: '1'.repeat(32), spanId: '1'.repeat(16), name: 'much', kind: 1 },
    ...{ startTimeUnixNano: at, endTimeUnixNano: at, attributes: [{ key: 'text', value: text }] },
  };
  const bodies = {
    traces: { resourceSpans: [{ scopeSpans: [{ spans: many(span) }] }] },
    logs: { resourceLogs: [{ scopeLogs: [{ logRecords: many({ timeUnixNano: at, body: text }) }] }] },
  };
  await Promise.all(
    Object.entries(bodies).map(([signal, body]) =>
      ask(`${collectorUrl}/v1/${signal}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    ),
  );
};

/** The Collector is not there. */
export const noCollector = async (collector: Collector, signal: AbortSignal): Promise<void> => {
  await collector.stop();
  await over(signal);
  await collector.start();
};

/** Slack takes no message of any Alertmanager, for good. */
export const refusedMessages = async (channels: readonly SlackApi[], signal: AbortSignal): Promise<void> => {
  for (const slack of channels) slack.behave({ status: 404 });
  await over(signal);
  for (const slack of channels) slack.behave('ok');
};
