import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { register, root, startChild } from '../child.ts';
import { type Gauges, gauges } from './gauges.ts';
import { startMariadb } from './mariadb-server.ts';
import type { DatabaseServer } from './postgres-server.ts';

let mariadb: DatabaseServer | undefined;
before(async () => {
  mariadb = await startMariadb();
});
after(() => mariadb?.stop());

const expected: readonly Gauges[] = [
  { used: 2, idle: 0, waiting: 3, max: 2 },
  { used: 0, idle: 2, waiting: 0, max: 2 },
  { used: 1, idle: 1, waiting: 0, max: 2 },
  { used: undefined, idle: undefined, waiting: undefined, max: undefined },
  { used: 0, idle: 0, waiting: 1, max: 1 },
];

for (const folder of ['databases', 'databases-older', 'databases-oldest'])
  test(`${folder}: the page tells what a pool of mysql2 does, without its user and password`, async t => {
    if (mariadb === undefined) return t.skip('no MariaDB');
    const fixtures = path.join(root, 'test/fixtures');
    const run = [path.join(fixtures, 'databases/run.cjs'), 'mjs', path.join(fixtures, folder), 'mysql2-pool'];
    const child = startChild({
      args: ['--import', register, ...run],
      cwd: path.join(fixtures, folder),
      env: { OTEL_EXPORTER_PROMETHEUS_PORT: '0', DATABASE_URL: mariadb.url },
    });
    try {
      const [, port] = await child.output(/^listening (\d+)$/m);
      const [, page] = await child.output(/metrics at (http:\S+?);/);
      for (const [index, wanted] of expected.entries()) {
        const response = await fetch(`http://127.0.0.1:${port}/case?${index}`);
        const { answer: name } = (await response.json()) as { answer: string };
        const text = await (await fetch(String(page))).text();
        assert.deepEqual(gauges(text, name), wanted, `${index}: ${name}\n${text}`);
        assert.ok(!text.includes('hunter2') && !text.includes('tester'));
      }
    } finally {
      await child.stop();
    }
  });
