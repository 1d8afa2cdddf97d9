import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { type Program, startProgram } from '../examples/ykmake.ts';
import { seriesKey } from './series.ts';

/** A preload for the example that times its requests without us. */
export const stopwatch = './test/fixtures/real-prometheus/stopwatch.mjs';

/** Of the ledger that the visitors keep. */
export interface LedgerEntry {
  readonly method: string;
  readonly route: string;
  readonly status: string;
  readonly count: number;
}

/** How often each series of `http_requests_total` was caused; a series as `seriesKey` writes it. */
export type Ledger = ReadonlyMap<string, number>;

const requestsTotal = ({ method, route: path, status }: LedgerEntry): string =>
  seriesKey({ __name__: 'http_requests_total', method, path, status });

export const ledgerOf = (entries: readonly LedgerEntry[]): Ledger =>
  new Map(entries.map(entry => [requestsTotal(entry), entry.count]));

/** What was sent and answered in about two seconds, as series. */
export const sendTraffic = async (url: string): Promise<Ledger> => {
  const traffic = startProgram(['examples/ykmake/traffic.js', url, '--rate', '150'], {});
  try {
    await pause(2000);
    const answer = once(traffic.child, 'message');
    traffic.child.send('stop');
    const [{ ledger }] = (await answer) as [{ ledger: readonly LedgerEntry[] }];
    return ledgerOf(ledger);
  } finally {
    await traffic.stop();
  }
};

/** What the stopwatch beside the application has measured since it was asked last, in seconds. */
export const askStopwatch = async (application: Program, url: string): Promise<readonly number[]> => {
  const answer = once(application.child, 'message');
  application.child.send('durations');
  const [{ durations }] = (await answer) as [{ durations: Readonly<Record<string, readonly number[]>> }];
  return durations[new URL(url).port] ?? [];
};

/** One request whose caller's trace is sampled. */
export const traced = {
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  spanId: '00f067aa0ba902b7',
  entry: { method: 'GET', route: '/api/projects', status: '200', count: 1 },
};

export const sendTraced = async (url: string): Promise<Ledger> => {
  const { traceId, spanId, entry } = traced;
  const headers = { traceparent: `00-${traceId}-${spanId}-01` };
  await (await fetch(`${url}${entry.route}`, { headers })).arrayBuffer();
  return ledgerOf([entry]);
};

export const total = (ledger: Ledger): number => [...ledger.values()].reduce((all, count) => all + count, 0);

/** Both, sorted by series. */
export const sum = (first: Ledger, second: Ledger): Ledger =>
  new Map(
    [...new Set([...first.keys(), ...second.keys()])]
      .sort()
      .map(key => [key, (first.get(key) ?? 0) + (second.get(key) ?? 0)]),
  );
