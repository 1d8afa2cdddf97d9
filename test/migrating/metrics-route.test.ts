import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { type Child, register, root, startChild } from '../child.ts';
import { addressOf, asAdministrator, startApplication } from './recording.ts';

/** Nothing here asks the database. */
const start = (script: 'old-app.mjs' | 'new-app.mjs', preload: boolean): Child =>
  startApplication({ script, preload, databaseUrl: '' });

const cases = [
  { name: 'hand-wired', script: 'old-app.mjs', preload: false, administrator: 200 },
  { name: 'migrated', script: 'new-app.mjs', preload: true, administrator: 200 },
  { name: 'migrated, without the preload', script: 'new-app.mjs', preload: false, administrator: 503 },
] as const;

describe('the metrics route behind the check of the application', () => {
  for (const { name, script, preload, administrator } of cases) {
    test(`${name}: ${administrator} for administrators, 403 for others; the rest answers`, async () => {
      const app = start(script, preload);
      try {
        const url = await addressOf(app);
        const status = async (target: string, options: RequestInit = {}): Promise<number> => {
          const response = await fetch(url + target, options);
          await response.arrayBuffer();
          return response.status;
        };
        assert.equal(await status('/metrics', asAdministrator), administrator);
        assert.equal(await status('/metrics'), 403);
        assert.equal(await status('/users/5', { redirect: 'manual' }), 302);
        const body = { method: 'POST', body: '{"users":7}', headers: { 'content-type': 'application/json' } };
        assert.equal(await status('/login', body), 204);
      } finally {
        await app.stop();
      }
    });
  }

  test('as a loader of Remix', async () => {
    const script = path.join(root, 'test/fixtures/migrating/loader.mjs');
    const app = startChild({
      args: ['--import', register, script],
      env: { OTEL_EXPORTER_PROMETHEUS_PORT: '0' },
    });
    await app.exit();
    assert.match(app.stdout(), /^administrator: 200 # HELP/m);
    assert.match(app.stdout(), /^anybody: 403 for administrators only$/m);
    assert.match(app.stdout(), /^without true: 401 /m);
  });

  test('whole bounds are as in prom-client in text format, and with a zero where OpenMetrics is asked for', async () => {
    const app = start('new-app.mjs', true);
    try {
      const url = await addressOf(app);
      await (await fetch(`${url}/users/5`, { redirect: 'manual' })).arrayBuffer();
      const bounds = async (accept: string): Promise<string[]> => {
        const page = await fetch(`${url}/metrics`, { headers: { ...asAdministrator.headers, accept } });
        const found = (await page.text()).matchAll(/^http_request_duration_seconds_bucket\{.*le="([^"]+)"/gm);
        const all = new Set([...found].map(([, bound = '']) => bound));
        return [...all].filter(bound => bound === '+Inf' || Number(bound) >= 0.5);
      };
      assert.deepEqual(await bounds('text/plain'), ['0.5', '1', '2', '5', '10', '+Inf']);
      const openMetrics = await bounds('application/openmetrics-text;version=1.0.0');
      assert.deepEqual(openMetrics, ['0.5', '1.0', '2.0', '5.0', '10.0', '+Inf']);
    } finally {
      await app.stop();
    }
  });
});
