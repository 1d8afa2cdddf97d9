import assert from 'node:assert/strict';
import { once } from 'node:events';
import path from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type Child, register, root, startChild } from '../child.ts';
import { freePort, takePort } from './ports.ts';
import { assertLines, reported } from './reported.ts';

const fixture = path.join(root, 'test/fixtures/preload/serve.mjs');

/** Runs a test with the fixture, which serves requests by then. */
const serving = async (
  env: Readonly<Record<string, string>>,
  run: (child: Child) => Promise<void>,
): Promise<void> => {
  const child = startChild({ args: ['--import', register, fixture], env });
  try {
    const [, port] = await child.output(/^listening (\d+)$/m);
    const answer = await (await fetch(`http://127.0.0.1:${port}`)).text();
    assert.equal(answer, String(child.process.pid));
    await run(child);
    assert.equal(child.process.exitCode, null, child.stderr());
  } finally {
    await child.stop();
  }
};

describe('the port of the endpoint', { concurrency: 4 }, () => {
  test('one that is taken is said once and taken when it is free', async () => {
    const { port, server } = await takePort();
    await serving({ OTEL_EXPORTER_PROMETHEUS_PORT: String(port) }, async child => {
      await child.output(new RegExp(`127\\.0\\.0\\.1:${port} is taken by another process`));
      // A second try fails meanwhile.
      await pause(6_000);
      assertLines(reported(child), [/ is taken by another process: .*, trying again every 5 s; on: /]);
      await once(server.close(), 'close');
      await child.output(
        new RegExp(`^\\[monitoring\\] metrics at http://127\\.0\\.0\\.1:${port}/metrics$`, 'm'),
      );
      assert.equal((await fetch(`http://127.0.0.1:${port}/metrics`)).status, 200);
      assert.equal(reported(child).length, 2, child.stderr());
    });
  });

  test('0 takes a free one and prints it', () =>
    serving({ OTEL_EXPORTER_PROMETHEUS_PORT: '0' }, async child => {
      const [, url = ''] = await child.output(/metrics at (http:\/\/127\.0\.0\.1:[1-9]\d*\/metrics);/);
      assert.equal((await fetch(url)).status, 200);
    }));

  for (const [host, said] of [
    ['192.0.2.1', /192\.0\.2\.1:\d+ is no address of this machine/],
    ['name.invalid', /name\.invalid:\d+ (is no address of this machine|cannot be opened)/],
  ] as const) {
    test(`the host ${host} is none of this machine`, async () => {
      const env = {
        OTEL_EXPORTER_PROMETHEUS_HOST: host,
        OTEL_EXPORTER_PROMETHEUS_PORT: String(await freePort()),
        MONITORING_METRICS_TOKEN: 'test',
      };
      await serving(env, async child => {
        await child.output(said);
        await pause(6_000);
        assertLines(reported(child), [said]);
      });
    });
  }

  test('a host that is open to the network is warned of without a guard', async () => {
    const env = { OTEL_EXPORTER_PROMETHEUS_HOST: '0.0.0.0', OTEL_EXPORTER_PROMETHEUS_PORT: '0' };
    await serving(env, async child => {
      await child.output(/ open to the network/);
      assertLines(reported(child), [/ metrics at /, / open to the network: set MONITORING_METRICS_TOKEN/]);
    });
    await serving({ ...env, MONITORING_METRICS_TOKEN: 'test' }, async child => {
      await child.output(/ metrics at /);
      assertLines(reported(child), [/ metrics at /]);
    });
  });
});
