import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { register, root, startChild } from '../child.ts';
import { metric } from '../page.ts';
import type { DatabaseServer } from './postgres-server.ts';

/** What a metrics page tells of a pool. */
interface Gauges {
  readonly used: number | undefined;
  readonly idle: number | undefined;
  readonly waiting: number | undefined;
  readonly max: number | undefined;
}

const gauges = (page: string, name: string): Gauges => {
  const pool = `db_client_connection_pool_name="${name}"`;
  const counts = metric(page, 'db_client_connection_count');
  return {
    used: counts[`{${pool},db_client_connection_state="used"}`],
    idle: counts[`{${pool},db_client_connection_state="idle"}`],
    waiting: metric(page, 'db_client_connection_pending_requests')[`{${pool}}`],
    max: metric(page, 'db_client_connection_max')[`{${pool}}`],
  };
};

/** Of a pool that is busy, idle, half used, ended, and of another that does not get its connection. */
const expected: readonly Gauges[] = [
  { used: 2, idle: 0, waiting: 3, max: 2 },
  { used: 0, idle: 2, waiting: 0, max: 2 },
  { used: 1, idle: 1, waiting: 0, max: 2 },
  { used: undefined, idle: undefined, waiting: undefined, max: undefined },
  { used: 0, idle: 0, waiting: 1, max: 1 },
];

export interface PoolStatesOptions {
  readonly client: string;
  /** Of test/fixtures/databases/cases: each leaves a pool in the next of these states, and answers with its name. */
  readonly cases: string;
  readonly server: () => DatabaseServer | undefined;
  /** What is on no page: users and passwords. */
  readonly secrets: readonly string[];
}

/** Holds what the page tells of a client's pools to exact numbers, in each of its versions. */
export const testPoolStates = ({ client, cases, server, secrets }: PoolStatesOptions): void => {
  for (const folder of ['databases', 'databases-older', 'databases-oldest'])
    test(`${folder}: the page tells what a pool of ${client} does, without its user and password`, async t => {
      const running = server();
      if (running === undefined) return t.skip('no server');
      const fixtures = path.join(root, 'test/fixtures');
      const run = [path.join(fixtures, 'databases/run.cjs'), 'mjs', path.join(fixtures, folder), cases];
      const child = startChild({
        args: ['--import', register, ...run],
        cwd: path.join(fixtures, folder),
        env: { OTEL_EXPORTER_PROMETHEUS_PORT: '0', DATABASE_URL: running.url },
      });
      try {
        const [, port] = await child.output(/^listening (\d+)$/m);
        const [, page] = await child.output(/metrics at (http:\S+?);/);
        for (const [index, wanted] of expected.entries()) {
          const response = await fetch(`http://127.0.0.1:${port}/case?${index}`);
          const { answer: name } = (await response.json()) as { answer: string };
          const text = await (await fetch(String(page))).text();
          assert.deepEqual(gauges(text, name), wanted, `${index}: ${name}\n${text}`);
          for (const secret of secrets) assert.ok(!text.includes(secret));
        }
      } finally {
        await child.stop();
      }
    });
};
