import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type App, startApp } from '../child.ts';
import { rawRequest } from './raw-request.ts';

const request = 'GET /metrics HTTP/1.1\r\nhost: x\r\n';

/** Runs a test while as many clients as the endpoint lets in have sent these bytes and never read. */
const held = async (bytes: string, run: (app: App) => Promise<void>): Promise<void> => {
  const app = await startApp('preload/serve.mjs');
  const { hostname, port } = new URL(app.metricsUrl);
  const sockets: Socket[] = Array.from({ length: 64 }, () =>
    connect(Number(port), hostname).on('error', () => {}),
  );
  try {
    await Promise.all(sockets.map(socket => once(socket, 'connect')));
    for (const socket of sockets) {
      socket.write(bytes);
      socket.pause();
    }
    await run(app);
    assert.equal(app.process.exitCode, null);
  } finally {
    for (const socket of sockets) socket.destroy();
    await app.stop();
  }
};

const scrape = (app: App): Promise<string> =>
  rawRequest(app.metricsUrl, `${request}connection: close\r\n\r\n`);

const scrapeSoon = async (app: App): Promise<void> => {
  const startedAt = performance.now();
  while (!(await scrape(app)).startsWith('HTTP/1.1 200 ')) {
    assert.ok(performance.now() - startedAt < 25_000, 'the connections are still held');
    await pause(500);
  }
};

describe('clients that hold every connection of the endpoint', { concurrency: 3 }, () => {
  for (const [name, bytes] of Object.entries({
    'never send a request': '',
    'never end their request': request,
  })) {
    // Node's own time limits would take 30 s.
    test(`and ${name} are cut, and the next scrape is answered`, () =>
      held(bytes, async app => {
        assert.equal(await scrape(app), '', 'control: nobody else is let in');
        await scrapeSoon(app);
      }));
  }

  // Without a limit to the requests of one connection, the pages for them take 1,200 MB and 25 s.
  const skip = process.platform !== 'linux' && 'reads the memory of the process from /proc';
  test('and never read the answers to many requests fill no memory', { skip }, () =>
    held(`${request}\r\n`.repeat(20_000), async app => {
      await scrapeSoon(app);
      const status = readFileSync(`/proc/${app.process.pid}/status`, 'utf8');
      const megabytes = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
      assert.ok(megabytes < 700, `${megabytes} MB`);
    }),
  );
});
