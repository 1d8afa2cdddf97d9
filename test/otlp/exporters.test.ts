import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type App, startApp } from '../child.ts';
import { missing } from '../missing.ts';
import { type FaultyReceiver, type FaultyReceiverOptions, startFaultyReceiver } from '../otlp-faults.ts';
import { assertLines, reported } from '../preload/reported.ts';

/** An application that has served one request. */
const served = async (
  env: (receiver: FaultyReceiver) => Readonly<Record<string, string>>,
  run: (app: App, receiver: FaultyReceiver) => Promise<void>,
  options: FaultyReceiverOptions = {},
): Promise<void> => {
  const receiver = await startFaultyReceiver(options);
  const app = await startApp('preload/serve.mjs', {
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '50',
      ...env(receiver),
    },
  });
  try {
    await (await fetch(app.url)).text();
    await run(app, receiver);
  } finally {
    await app.stop();
    await receiver.stop();
  }
};

const taken = async ({ taken }: FaultyReceiver, spans: number): Promise<void> => {
  for (const deadline = performance.now() + 10_000; taken.length < spans; await pause(20))
    assert.ok(performance.now() < deadline, `${taken.length} spans taken`);
};

describe('OTEL_TRACES_EXPORTER', { concurrency: 2 }, () => {
  const consoleSpan = /traceId: '[0-9a-f]{32}'/;

  test('console prints spans on standard output and sends none', () =>
    served(
      () => ({ OTEL_TRACES_EXPORTER: 'console' }),
      async (app, receiver) => {
        await app.output(consoleSpan);
        await pause(300);
        assert.equal(receiver.exports.length, 0);
        assertLines(reported(app), [/ metrics at /]);
      },
    ));

  test('console,otlp does both', () =>
    served(
      () => ({ OTEL_TRACES_EXPORTER: 'console,otlp' }),
      async (app, receiver) => {
        await app.output(consoleSpan);
        await taken(receiver, 1);
      },
    ));

  test('none sends nothing, whatever endpoint is set', () =>
    served(
      () => ({ OTEL_TRACES_EXPORTER: 'none' }),
      async (app, receiver) => {
        await pause(500);
        assert.equal(receiver.exports.length, 0);
        assert.doesNotMatch(app.stdout(), consoleSpan);
        assert.doesNotMatch(reported(app).join('\n'), /traces to /);
      },
    ));

  test('control: without it the endpoint is enough', () =>
    served(
      () => ({}),
      async (app, receiver) => {
        await taken(receiver, 1);
        assert.doesNotMatch(app.stdout(), consoleSpan);
      },
    ));
});

describe('settings of the request', { concurrency: 2 }, () => {
  test('headers for traces win over the general ones, and gzip is what it says', () =>
    served(
      () => ({
        OTEL_EXPORTER_OTLP_HEADERS: 'x-all=1,x-both=all',
        OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'x-both=traces%20only',
        OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      }),
      async (_app, receiver) => {
        await taken(receiver, 1);
        const { 'x-all': all, 'x-both': both, 'content-encoding': encoding } = receiver.headers[0] ?? {};
        assert.deepEqual([all, both, encoding], ['1', 'traces only', 'gzip']);
      },
    ));

  const skip = missing(spawnSync('openssl', ['version']).status === 0, 'openssl', 'apt-get install openssl');

  test('OTEL_EXPORTER_OTLP_CERTIFICATE is what the receiver is checked with', { skip }, async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'monitoring-otlp-'));
    const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
    const made = spawnSync('openssl', [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=receiver'],
      ...['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert],
    ]);
    assert.equal(made.status, 0, String(made.stderr));
    const tls = { key: readFileSync(key), cert: readFileSync(cert) };
    const failing = / traces cannot be sent to /;
    try {
      await served(
        () => ({ OTEL_EXPORTER_OTLP_CERTIFICATE: cert }),
        async (app, receiver) => {
          await taken(receiver, 1);
          assertLines(reported(app), [/ metrics at /]);
        },
        { tls },
      );
      // The controls: nobody vouches for it; the file is not there, which one line names.
      for (const [file, reason] of [
        ['', /self-signed certificate/],
        [path.join(folder, 'missing.pem'), /ENOENT.*missing\.pem/],
      ] as const) {
        await served(
          () => ({ OTEL_EXPORTER_OTLP_CERTIFICATE: file }),
          async (app, receiver) => {
            await app.output(failing);
            await pause(1_500);
            assert.equal(receiver.taken.length, 0);
            assertLines(reported(app), [/ metrics at /, reason]);
          },
          { tls },
        );
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
