import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type Child, register, root, startChild } from '../child.ts';
import { type OtlpReceiver, startOtlpReceiver, treesOf } from '../otlp-receiver.ts';
import { metric } from '../page.ts';
import { conversations, talk } from './conversations.ts';

const app = `${root}/test/fixtures/differential/app.mjs`;
const apm = (file: string): string => `${root}/test/fixtures/another-apm/${file}`;
const ours = ['--import', register];

/** Another APM, alone and before and after ours. */
const setUps = {
  'ES modules': {
    alone: ['--import', apm('apm.mjs')],
    'before ours': ['--import', apm('apm.mjs'), ...ours],
    'after ours': [...ours, '--import', apm('apm.mjs')],
  },
  // What is required comes before what is imported, whatever the order.
  CommonJS: {
    alone: ['--require', apm('apm.cjs')],
    'before ours': ['--require', apm('apm.cjs'), ...ours],
    'after ours': [...ours, '--import', apm('apm.cjs')],
  },
} as const;

interface Running {
  readonly child: Child;
  readonly port: number;
  readonly receiver: OtlpReceiver;
  readonly requests: () => Promise<Readonly<Record<string, number>>>;
  readonly stop: () => Promise<void>;
}

const start = async (args: readonly string[]): Promise<Running> => {
  const receiver = await startOtlpReceiver();
  const child = startChild({
    args: [...args, app, 'plain'],
    env: {
      NODE_ENV: 'production',
      OTEL_EXPORTER_PROMETHEUS_PORT: '0',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '50',
    },
  });
  const [, port] = await child.output(/^listening (\d+)$/m);
  return {
    child,
    port: Number(port),
    receiver,
    requests: async () => {
      const [, url = ''] = await child.output(/metrics at (http:\S+?);/);
      return metric(await (await fetch(url)).text(), 'http_requests_total');
    },
    stop: async () => {
      await child.stop();
      receiver.stop();
    },
  };
};

/** It adds methods and listeners to what the application sees of a request. */
const changedByIt = ['what the application sees of a request', 'what it sees of one with a body'];
const names = ['bare', 'ours alone', 'alone', 'before ours', 'after ours'] as const;

const ofKind = ({ receiver }: Running, kind: number) => receiver.spans.filter(span => span.kind === kind);
/** Without those of scrapes: to it, our page is a server of the application's like any other. */
const serverSpans = (one: Running): number =>
  ofKind(one, 2).filter(({ attributes }) => attributes['url.path'] !== '/metrics').length;
const assertNoCalls = (one: Running): void => assert.equal(treesOf(ofKind(one, 3)), '');

for (const [kind, orders] of Object.entries(setUps)) {
  describe(`another APM (${kind})`, () => {
    const running = new Map<string, Running>();
    const of = (name: (typeof names)[number]): Running => running.get(name) as Running;
    before(async () => {
      const all = { bare: [], 'ours alone': ours, ...orders };
      for (const name of names) running.set(name, await start(all[name]));
    });
    after(() => Promise.all([...running.values()].map(one => one.stop())));

    for (const [name, packets] of Object.entries(conversations)) {
      test(`${name}: the same bytes before and after ours as with it alone`, async () => {
        const answers = await Promise.all(names.map(name => talk(of(name).port, packets)));
        const [bare, oursAlone, alone, beforeOurs, afterOurs] = answers;
        assert.equal(oursAlone, bare);
        assert.equal(alone !== bare, changedByIt.includes(name));
        assert.equal(beforeOurs, alone);
        assert.equal(afterOurs, alone);
      });
    }

    test('our metrics are right in both orders', async () => {
      const expected = await of('ours alone').requests();
      assert.equal(expected['{method="GET",path="/users/:id",status="200"}'], 8);
      assert.deepEqual(await of('before ours').requests(), expected);
      assert.deepEqual(await of('after ours').requests(), expected);
    });

    test('every request has one span of a server, of whoever was first', async () => {
      // Longer than several batches wait.
      await pause(500);
      const [own, its] = [serverSpans(of('ours alone')), serverSpans(of('alone'))];
      assert.ok(own > 20 && its > 20, `${own} by us, ${its} by it`);
      assert.equal(serverSpans(of('before ours')), its);
      assert.equal(serverSpans(of('after ours')), own);
    });

    test('what we send is not traced by it', () => {
      for (const name of names) assertNoCalls(of(name));
    });

    test('control: what the application sends is', async () => {
      const call = "import http from 'node:http'; http.get(process.env.OTEL_EXPORTER_OTLP_ENDPOINT).end()";
      const calling = await start([...orders['after ours'], '--import', `data:text/javascript,${call}`]);
      try {
        await calling.receiver.waitFor(() => ofKind(calling, 3).length > 0);
        assert.throws(() => assertNoCalls(calling));
      } finally {
        await calling.stop();
      }
    });

    test('control: a third preload that adds a header is noticed', async () => {
      const disturbing = ['--import', `${root}/test/fixtures/differential/disturbing.mjs`];
      const disturbed = await start([...orders['before ours'], ...disturbing]);
      try {
        const packets = conversations['a route'] ?? [];
        assert.notEqual(await talk(disturbed.port, packets), await talk(of('alone').port, packets));
      } finally {
        await disturbed.stop();
      }
    });

    test('the start line says who traces', () => {
      const off = /off: traces \(another OpenTelemetry SDK traces this process\)/;
      const on = /on: http, .*, traces to http:/;
      assert.match(of('before ours').child.stderr(), off);
      assert.match(of('after ours').child.stderr(), on);
      assert.doesNotMatch(of('after ours').child.stderr(), off);
    });

    test('who comes second is told that the place of the tracer is taken', () => {
      const taken = /Attempted duplicate registration of API: trace/;
      assert.match(of('after ours').child.stderr(), taken);
      assert.doesNotMatch(of('before ours').child.stderr(), taken);
    });

    test('the process ends by itself as before', async () => {
      for (const name of names) {
        of(name).child.process.kill('SIGUSR2');
        assert.deepEqual(await of(name).child.exit(), { code: 7, signal: null }, name);
      }
    });

    for (const order of ['before ours', 'after ours'] as const) {
      test(`the process ends by SIGTERM as before (${order})`, async () => {
        const ending = await start(orders[order]);
        try {
          await talk(ending.port, conversations['a route'] ?? []);
          ending.child.process.kill('SIGTERM');
          assert.deepEqual(await ending.child.exit(), { code: null, signal: 'SIGTERM' });
          assert.equal(serverSpans(ending) > 0, order === 'after ours');
        } finally {
          await ending.stop();
        }
      });
    }
  });
}
