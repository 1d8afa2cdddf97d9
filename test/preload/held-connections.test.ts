import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { startApp } from '../child.ts';
import { rawRequest } from './raw-request.ts';

const request = 'GET /metrics HTTP/1.1\r\nhost: x\r\n';

const clients = {
  'never send a request': '',
  'never end their request': request,
  'never read an answer': `${request}\r\n`.repeat(20_000),
};

describe('clients that hold every connection of the endpoint', { concurrency: 3 }, () => {
  for (const [name, bytes] of Object.entries(clients)) {
    // Node's own time limits would take 30 s.
    test(`and ${name} are cut, and the next scrape is answered`, async () => {
      const app = await startApp('preload/serve.mjs');
      const { hostname, port } = new URL(app.metricsUrl);
      const sockets = Array.from({ length: 64 }, () => connect(Number(port), hostname).on('error', () => {}));
      try {
        await Promise.all(sockets.map(socket => once(socket, 'connect')));
        for (const socket of sockets) {
          socket.write(bytes);
          socket.pause();
        }
        const scrape = () => rawRequest(app.metricsUrl, `${request}connection: close\r\n\r\n`);
        assert.equal(await scrape(), '', 'control: nobody else is let in');
        const startedAt = performance.now();
        while (!(await scrape()).startsWith('HTTP/1.1 200 ')) {
          assert.ok(performance.now() - startedAt < 25_000, 'the connections are still held');
          await pause(500);
        }
        assert.equal(app.process.exitCode, null);
      } finally {
        for (const socket of sockets) socket.destroy();
        await app.stop();
      }
    });
  }
});
