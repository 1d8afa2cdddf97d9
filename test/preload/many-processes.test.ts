import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type Child, register, root, startApp, startChild } from '../child.ts';
import { metric } from '../page.ts';
import { copyPackage } from './copy.ts';
import { freePort } from './ports.ts';
import { assertLines, reported } from './reported.ts';

const fixture = path.join(root, 'test/fixtures/preload/serve.mjs');

const text = async (url: string): Promise<string> => (await fetch(url)).text();

const requests = async (metricsUrl: string): Promise<number | undefined> =>
  metric(await text(metricsUrl), 'http_requests_total')['{method="GET",path="/",status="200"}'];

/** The fixture with a metrics port known in advance, and what it started itself. */
const startGroup = async (
  way: string,
  run: (child: Child, metricsUrl: string) => Promise<void>,
): Promise<void> => {
  const port = await freePort();
  const child = startChild({
    args: ['--import', register, fixture, way],
    group: true,
    env: { OTEL_EXPORTER_PROMETHEUS_PORT: String(port) },
  });
  try {
    await run(child, `http://127.0.0.1:${port}/metrics`);
  } finally {
    await child.stop();
  }
};

describe('started more than once', { concurrency: 2 }, () => {
  test('the preload twice and a second copy of the package count every request once', async () => {
    const copy = copyPackage({ dependencies: true });
    for (const preloads of [
      [register, register],
      [register, copy.register],
      [copy.register, register],
    ]) {
      const app = await startApp('', {
        args: [...preloads.flatMap(preload => ['--import', preload]), fixture],
      });
      try {
        await text(app.url);
        assert.equal(await requests(app.metricsUrl), 1);
        assertLines(reported(app), [/ metrics at /]);
      } finally {
        await app.stop();
      }
    }
    copy.remove();
  });

  test('a worker thread runs without a second endpoint', () =>
    startGroup('worker', async (child, metricsUrl) => {
      const [, port] = await child.output(/^listening (\d+)$/m);
      const [, workerPort] = await child.output(/^worker listening (\d+)$/m);
      await text(`http://127.0.0.1:${port}`);
      await text(`http://127.0.0.1:${workerPort}`);
      assert.equal(await requests(metricsUrl), 1);
      assertLines(reported(child), [/ metrics at /]);
    }));

  test('a forked child leaves the port to its parent, and takes it over from the dead', () =>
    startGroup('fork', async (child, metricsUrl) => {
      const [, port] = await child.output(/^listening (\d+)$/m);
      const [, childPort] = await child.output(/^child listening (\d+)$/m);
      await child.output(/is taken by another process/);
      for (const url of [`http://127.0.0.1:${port}`, `http://127.0.0.1:${childPort}`]) await text(url);
      await text(`http://127.0.0.1:${childPort}`);
      assert.equal(await requests(metricsUrl), 1, 'the parent');
      assertLines(reported(child), [/ metrics at /, / is taken by another process: /]);

      child.process.kill('SIGKILL');
      await child.output(/ metrics at [^;]*$/m, 20_000);
      assert.equal(await requests(metricsUrl), 2, 'the child');
      assert.equal(reported(child).length, 3, child.stderr());
    }));

  test('cluster workers serve, and the page is always that of the primary', () =>
    startGroup('cluster', async (child, metricsUrl) => {
      const ports = await child.output(/^listening (\d+)\n(?:.*\n)*?listening (\d+)\n/m);
      await child.output(/(?:is taken by another process[\s\S]*){2}/);
      const pids = new Set<string>();
      for (const port of ports.slice(1)) pids.add(await text(`http://127.0.0.1:${port}`));
      assert.ok(!pids.has(String(child.process.pid)));

      // On a shared port, the answers would come from primary and workers in turn.
      const counts: number[] = [];
      for (let scrape = 0; scrape < 20; scrape++) {
        const page = await text(metricsUrl);
        assert.deepEqual(metric(page, 'http_requests_total'), {});
        counts.push(metric(page, 'monitoring_scrapes_total')['{outcome="ok"}'] ?? 0);
      }
      assert.deepEqual(counts, [...counts.keys()], 'every scrape is counted by the same process');
      await pause(1_000);
      const taken = / is taken by another process: /;
      assertLines(reported(child), [/ metrics at /, taken, taken]);
    }));
});
