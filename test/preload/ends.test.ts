import assert from 'node:assert/strict';
import { get } from 'node:http';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import { type Child, register } from '../child.ts';
import { type Receiver, startReceiver } from './receiver.ts';
import { assertLines } from './reported.ts';
import { type Run, runToEnd } from './run-to-end.ts';

const ways = [
  'itself',
  'itself with exit code 4',
  'with only unreferenced handles',
  'with work after beforeExit',
  'with a top-level await that never settles',
  'by process.exit(3)',
  'by a throw',
  'by a rejection',
  'by SIGKILL',
];

/** Far more than any of them takes, far less than what a hanging process takes. */
const atOnce = 8_000;

/** A connection that was used for a scrape and is kept, and one with a request that never ends. */
const hold = async (child: Child): Promise<void> => {
  const [, url = ''] = await child.output(/metrics at (http:\S+?);/);
  await fetch(url, { keepalive: true }).then(response => response.text());
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname, () => socket.write('GET /metrics HTTP/1.1\r\n'));
  socket.on('error', () => {});
  await new Promise(resolve => {
    get(url, response => response.once('readable', resolve)).on('error', resolve);
  });
};

const settings: readonly {
  readonly name: string;
  readonly run?: Partial<Run>;
  readonly receiver?: 200 | 'hang';
}[] = [
  { name: 'with the preload' },
  { name: 'while scrapers hold connections', run: { meanwhile: hold } },
  { name: 'with OTLP', receiver: 200 },
  { name: 'with OTLP to a receiver that hangs', receiver: 'hang' },
];

describe('an application ends as it does without the preload', { concurrency: 2 }, () => {
  for (const way of ways) {
    const bare = runToEnd({ options: [], way });
    for (const { name, run, receiver: status } of settings) {
      test(`${way}, ${name}`, async () => {
        const receiver: Receiver | undefined = status && (await startReceiver(status));
        const env: Record<string, string> =
          receiver === undefined
            ? {}
            : {
                OTEL_METRICS_EXPORTER: 'prometheus,otlp',
                OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
                MONITORING_SHUTDOWN_TIMEOUT: '500',
              };
        try {
          const guest = await runToEnd({ options: ['--import', register], way, env, ...run });
          assert.deepEqual(guest.outcome, (await bare).outcome);
          assertLines(guest.lines, [/ metrics at /]);
          assert.ok(guest.milliseconds < atOnce, `${guest.milliseconds} ms`);
        } finally {
          receiver?.stop();
        }
      });
    }
  }
});
