import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { register, root } from '../child.ts';
import type { Behaviour, OtlpReceiver } from '../otlp-receiver.ts';
import { withLoggingApp } from './logging-app.ts';

const ends = {
  itself: { code: 0, signal: null },
  'by process.exit(3)': { code: 3, signal: null },
  'by a throw': { code: 1, signal: null },
  'by a rejection': { code: 1, signal: null },
  'by SIGTERM': { code: null, signal: 'SIGTERM' },
  'by SIGKILL': { code: null, signal: 'SIGKILL' },
} as const;

interface Ending {
  readonly env?: Readonly<Record<string, string>>;
  readonly options?: readonly string[];
  readonly traced?: boolean;
  readonly behaviour?: Behaviour;
}

/** The application emits 1,000 records while it runs and 300 with its last breath; only its end sends. */
const ending = async (
  way: keyof typeof ends,
  { env = {}, options, traced = false, behaviour }: Ending,
  check: (receiver: OtlpReceiver, milliseconds: number) => void,
): Promise<void> =>
  withLoggingApp(
    {
      args: [way],
      traced,
      ...(options && { options }),
      env: { OTEL_BLRP_SCHEDULE_DELAY: '600000', OTEL_BSP_SCHEDULE_DELAY: '600000', ...env },
    },
    async ({ app, ask, receiver }) => {
      await ask('/emit?1000');
      await receiver.waitForLogs(512);
      if (behaviour !== undefined) receiver.behave(behaviour);
      const startedAt = performance.now();
      await ask('/end');
      assert.deepEqual(await app.exit(30_000), ends[way], app.stderr());
      check(receiver, performance.now() - startedAt);
    },
  );

/** How many of the 1,300 did not come. */
const lost = (receiver: OtlpReceiver): number => {
  const came = new Set(receiver.logs().map(({ body }) => body));
  return Array.from({ length: 1_300 }, (_, index) => `record ${index}`).filter(body => !came.has(body))
    .length;
};

describe('log records, when the process ends', () => {
  for (const way of ['itself', 'by process.exit(3)', 'by a throw', 'by a rejection', 'by SIGTERM'] as const) {
    test(`${way}, are delivered, every one`, () =>
      ending(way, {}, receiver => assert.equal(lost(receiver), 0)));
  }

  for (const protocol of ['http/protobuf', 'http/json'] as const) {
    test(`by process.exit(3), are delivered in ${protocol}, compressed`, () =>
      ending(
        'by process.exit(3)',
        { env: { OTEL_EXPORTER_OTLP_PROTOCOL: protocol, OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' } },
        receiver => assert.equal(lost(receiver), 0),
      ));
  }

  for (const way of ['by process.exit(3)', 'by SIGTERM', 'itself'] as const) {
    test(`${way}, are delivered together with the spans`, () =>
      ending(way, { traced: true }, receiver => {
        assert.equal(lost(receiver), 0);
        assert.deepEqual(receiver.spans.map(({ attributes }) => attributes['url.path']).sort(), [
          '/emit',
          '/end',
        ]);
      }));
  }

  // What docs/logs.md says is lost; the control of all the others.
  test('by SIGKILL, are lost as far as they were waiting', () =>
    ending('by SIGKILL', {}, receiver => assert.ok(lost(receiver) >= 300, `${lost(receiver)} lost`)));

  test('by process.exit(3), are waited for a second at most when the receiver hangs, also with spans', () =>
    ending('by process.exit(3)', { traced: true, behaviour: 'hang' }, (_receiver, milliseconds) => {
      assert.ok(milliseconds >= 900 && milliseconds < 8_000, `${milliseconds} ms`);
    }));

  for (const [name, behaviour] of [
    ['hangs', 'hang'],
    ['is busy', { status: 503 }],
  ] as const) {
    test(`by SIGTERM, are waited for no longer than they may when the receiver ${name}`, () =>
      ending(
        'by SIGTERM',
        { behaviour, env: { MONITORING_SHUTDOWN_TIMEOUT: name === 'hangs' ? '500' : '20000' } },
        (_receiver, milliseconds) => assert.ok(milliseconds < 8_000, `${milliseconds} ms`),
      ));
  }

  test('control: by process.exit(3), OpenTelemetry’s own SDK loses them', () =>
    ending(
      'by process.exit(3)',
      {
        options: ['--import', `${root}/test/fixtures/api-logs/sdk.mjs`, '--import', register],
        env: { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' },
      },
      receiver => assert.ok(lost(receiver) >= 300, `${lost(receiver)} lost`),
    ));
});
