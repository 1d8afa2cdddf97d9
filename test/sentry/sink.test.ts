import assert from 'node:assert/strict';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { type Clock, realClock } from '../../src/errors/clock.ts';
import type { ErrorReport } from '../../src/errors/report.ts';
import { createSentrySink, type SentrySinkOptions } from '../../src/errors/sentry/sentry-sink.ts';
import { createRedaction } from '../../src/redaction/redaction.ts';
import { createHttpPost } from '../../src/transport/http-post.ts';
import { root } from '../child.ts';
import { type SentryIngest, startSentryIngest } from '../sentry-ingest.ts';
import { exceptionOf, reportOf } from './reports.ts';

/** Waits pass a hundred times faster. */
const fast: Clock = {
  now: () => performance.now() * 100,
  random: () => 0.5,
  after: (ms, call) => realClock.after(ms / 100, call),
  hold: (ms, call) => realClock.hold(ms / 100, call),
};

let ingest: SentryIngest;
let outcomes: string[];
let said: string[];
beforeEach(async () => {
  ingest = await startSentryIngest();
  outcomes = [];
  said = [];
});
afterEach(() => ingest.stop());

const create = (clock = fast, changes: Partial<SentrySinkOptions> = {}) =>
  createSentrySink(
    {
      dsn: ingest.dsn,
      environment: 'test',
      release: undefined,
      service: 'shop',
      version: '1.2.3',
      redaction: createRedaction([]),
      breadcrumbs: () => [],
      onOutcome: outcome => outcomes.push(outcome),
      onFailing: error => said.push(error.message),
      onRecovered: () => said.push('recovered'),
      ...changes,
    },
    clock,
  );
let count = 0;
const item = (changes: Partial<ErrorReport> = {}) => {
  const eventId = (++count).toString(16).padStart(32, 'a');
  return { report: reportOf({ eventId, ...changes }), original: undefined };
};

describe('the sink of Sentry', () => {
  test('delivers an event with the lines around its places and of its trace, and says who sends', async () => {
    const traces: string[] = [];
    const sink = create(realClock, {
      breadcrumbs: traceId => {
        traces.push(traceId);
        return [
          {
            ...{ time: Date.now(), severityNumber: 9, severityText: 'info', body: 'before it' },
            ...{ attributes: {}, trace: undefined, scope: 'winston' },
          },
        ];
      },
    });
    assert.equal(sink.hasRoom(), true);
    const sent = item({ exceptions: [exceptionOf(new Error('here'))] });
    assert.equal(await sink.send(sent), true);
    assert.deepEqual([outcomes, said, ingest.problems], [['sent'], [], []]);
    const [event] = ingest.events;
    assert.equal(event?.event_id, sent.report.eventId);
    assert.deepEqual(event?.sdk, { name: 'ykmake.javascript.monitoring', version: '1.2.3' });
    assert.deepEqual(
      event?.breadcrumbs?.map(({ message }) => message),
      ['before it'],
    );
    assert.deepEqual(traces, [sent.report.trace?.traceId]);
    const frame = event?.exception?.values[0]?.stacktrace?.frames.at(-1);
    assert.equal(frame?.filename, path.join('test', 'sentry', 'sink.test.ts'));
    assert.match(frame?.context_line ?? '', /exceptionOf\(new Error\('here'\)\)/);
    assert.equal(frame?.pre_context?.length, 5);
    // Nothing says where it lies on this machine, or who has installed it.
    assert.equal(ingest.received().includes(root), false);
    assert.match(
      String(ingest.requests[0]?.headers['x-sentry-auth']),
      /^Sentry sentry_version=7, sentry_key=\w{32}, sentry_client=ykmake\.javascript\.monitoring\/1\.2\.3$/,
    );
  });

  test('waits as long as Sentry asks for, and then delivers', async () => {
    ingest.behave({ status: 429, headers: { 'retry-after': '40' } }, { status: 200 });
    const sink = create();
    assert.equal(await sink.send(item()), true);
    const [first, second] = ingest.requests;
    assert.ok((second?.time ?? 0) - (first?.time ?? 0) > 390, 'forty seconds, a hundred times faster');
    assert.deepEqual([outcomes, said], [['sent'], ['Sentry takes no more errors for 40 s', 'recovered']]);
  });

  test('asks no more after a limit for errors that comes with an answer of success', async () => {
    const limits = (text: string) => ({ status: 200, headers: { 'x-sentry-rate-limits': text } });
    ingest.behave(limits('60:transaction;span:organization:quota'), limits('2700:error:project'));
    const sink = create();
    assert.equal(await sink.send(item()), true);
    // The first limit was not for errors.
    assert.equal(await sink.send(item()), true);
    const third = sink.send(item());
    await new Promise(resolve => setTimeout(resolve, 300));
    assert.equal(ingest.requests.length, 2, 'not even asked');
    // In a hurry it is not asked either: it said so.
    await sink.flush();
    assert.equal(await third, false);
    assert.deepEqual(sink.takeAtExit(), []);
    assert.deepEqual([ingest.requests.length, outcomes], [2, ['sent', 'sent', 'failed']]);
  });

  test('tries again what came to nothing, and reports it once', async () => {
    ingest.behave({ status: 503 }, 'reset', 'cut', { status: 200 });
    const sink = create();
    assert.equal(await sink.send(item()), true);
    assert.deepEqual([ingest.events.length, outcomes], [1, ['sent']]);
    assert.deepEqual(said, ['Sentry answers with status 503', 'recovered']);
    const ids = ingest.requests.map(({ envelope }) => envelope?.header.event_id);
    assert.deepEqual([ids.length, new Set(ids).size], [4, 1]);
  });

  test('believes no page of a proxy', async () => {
    ingest.behave('html');
    assert.equal(await create().send(item()), false);
    assert.deepEqual([outcomes, ingest.requests.length], [['failed'], 4]);
    assert.deepEqual(said, ['Sentry answers with a page and status 200']);
  });

  test('gives a try three seconds', async () => {
    ingest.behave('wrong length', { status: 200 });
    const sink = create();
    assert.equal(await sink.send(item()), true);
    assert.deepEqual([said, ingest.requests.length], [['no answer within 3000 ms', 'recovered'], 2]);
  });

  test('gives up what Sentry refuses, and goes on with the next', async () => {
    const sink = create();
    for (const status of [400, 413]) {
      ingest.behave({ status }, { status: 200 });
      assert.deepEqual(await Promise.all([sink.send(item()), sink.send(item())]), [false, true]);
    }
    assert.equal(ingest.requests.length, 4);
  });

  test('leaves a project alone for five minutes that does not know us', async () => {
    for (const status of [401, 403]) {
      ingest.behave({ status });
      const sink = create();
      const before = ingest.requests.length;
      assert.equal(await sink.send(item()), false);
      assert.equal(sink.hasRoom(), false);
      assert.equal(await sink.send(item()), false);
      assert.equal(ingest.requests.length, before + 1);
    }
    assert.deepEqual(outcomes, ['failed', 'failed', 'failed', 'failed']);
  });

  test('holds a bounded number, and hands over at exit what it holds', async () => {
    ingest.behave('hang');
    const sink = create(realClock);
    const results = Array.from({ length: 110 }, () => sink.send(item()));
    assert.equal(sink.hasRoom(), false);
    assert.deepEqual(outcomes, Array(10).fill('dropped'));
    const requests = sink.takeAtExit();
    assert.equal(requests.length, 100);
    assert.equal(sink.hasRoom(), false);
    assert.equal(await results.at(-1), false);
    const [{ target, body } = assert.fail()] = requests;
    assert.equal(target.url, `${ingest.url}/api/4511/envelope/`);
    ingest.behave({ status: 200 });
    assert.equal((await createHttpPost(target)(body)).status, 200);
    assert.match(ingest.events[0]?.event_id ?? '', /^a{30}/);
  });

  test('never rejects, whatever it is given', async () => {
    const { report, original } = item();
    const broken = { ...report, time: Number.NaN };
    assert.equal(await create().send({ report: broken, original }), false);
    const failing = create(fast, {
      breadcrumbs: () => {
        throw new Error('no lines');
      },
    });
    assert.equal(await failing.send(item()), false);
    assert.deepEqual(outcomes, ['failed', 'failed']);
  });

  test('reports by itself beside an SDK that it does not know', async () => {
    const scope = { getClient: () => client };
    const client = {
      getDsn: () => ({}),
      getTransport: () => ({}),
      getOptions: () => ({}),
      on: () => () => {},
      captureEvent: () => assert.fail('of another kind'),
    };
    const acs = {
      getCurrentScope: () => scope,
      withSetIsolationScope: (_: object, work: () => void) => work(),
    };
    const strange: readonly unknown[] = [
      'text',
      { version: '7.1.0', hub: { getClient: () => client }, nothing: null },
      { version: '12.0.0', '12.0.0': { acs } },
      { '12.0.0': { acs: { getCurrentScope: () => assert.fail('gone') } } },
      Object.defineProperty({}, 'version', { enumerable: true, get: () => assert.fail('hostile') }),
    ];
    try {
      for (const carriers of strange) {
        Reflect.set(globalThis, '__SENTRY__', carriers);
        assert.equal(await create().send({ ...item(), original: new Error('boom') }), true);
      }
    } finally {
      Reflect.deleteProperty(globalThis, '__SENTRY__');
    }
    assert.equal(ingest.events.length, strange.length);
    assert.deepEqual(ingest.problems, []);
  });

  test('takes no DSN that is none', () => {
    assert.throws(() => create(fast, { dsn: 'https://sentry.example/1' }), /is not a Sentry DSN/);
  });
});
