import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { missing } from '../missing.ts';
import { load, repository, startProgram } from './ykmake.ts';

const skip = missing(existsSync(`${repository}dist/register.js`), 'dist/register.js', 'npm run build');

interface Entry {
  readonly method: string;
  readonly route: string;
  readonly status: string;
  readonly count: number;
}
interface Sample {
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly value: number;
}
const { parsePage } = await load<{ parsePage(page: string): Map<string, Sample> }>('start/scrape.js');

/** What both sides are compared in: a count per method, route and status. */
const lines = (entries: Entry[]): string[] =>
  entries.map(({ method, route, status, count }) => `${method} ${route} ${status}: ${count}`).sort();

const pageOf = async (metrics: string): Promise<Map<string, Sample>> =>
  parsePage(await (await fetch(metrics)).text());

const requestsOn = (page: Map<string, Sample>): Entry[] =>
  [...page.values()]
    .filter(({ name }) => name === 'http_requests_total')
    .map(({ labels: { method = '', path = '', status = '' }, value }) => ({
      method,
      route: path,
      status,
      count: value,
    }));

test('under the preload the metrics are the ledger of the traffic', { skip }, async t => {
  const application = startProgram(['--import', './register.js', 'app.js'], {
    PORT: '0',
    OTEL_EXPORTER_PROMETHEUS_PORT: '0',
  });
  t.after(() => application.stop());
  const [metrics = ''] = await application.said(/http:\S+\/metrics/);
  const [, url = ''] = await application.said(/listens on (http:\S+)/);
  const traffic = startProgram(['examples/ykmake/traffic.js', url, '--rate', '100'], {});
  t.after(() => traffic.stop());

  await pause(3000);
  const answer = once(traffic.child, 'message');
  traffic.child.send('stop');
  const [{ ledger }] = (await answer) as [{ ledger: Entry[] }];

  const page = await pageOf(metrics);
  assert.deepEqual(lines(requestsOn(page)), lines(ledger));
  const users = page.get('active_users{}')?.value ?? 0;
  assert.ok(users > 20 && users < ledger.reduce((sum, { count }) => sum + count, 0), `${users} users`);
});
