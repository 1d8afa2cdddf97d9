import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readEnvelope } from '../sentry-envelope.ts';
import { type SentryIngest, startSentryIngest } from '../sentry-ingest.ts';

let ingest: SentryIngest;
before(async () => {
  ingest = await startSentryIngest();
});
after(() => ingest.stop());

const id = 'abcdef0123456789abcdef0123456789';
const event = (changes: object = {}): Record<string, unknown> => ({
  event_id: id,
  timestamp: Date.now() / 1_000,
  platform: 'node',
  exception: { values: [{ type: 'Error', value: 'boom' }] },
  ...changes,
});
const envelope = (payload: object, header: object = { event_id: id }): string =>
  `${JSON.stringify(header)}\n{"type":"event"}\n${JSON.stringify(payload)}\n`;
const auth = (key: string) => ({ 'x-sentry-auth': `Sentry sentry_version=7, sentry_key=${key}` });

const post = async (
  body: string | Buffer<ArrayBuffer>,
  headers: Record<string, string>,
  path = '/api/4511/envelope/',
) => (await fetch(ingest.url + path, { method: 'POST', headers, body })).status;

describe('the ingest server of the tests', () => {
  test('takes what Sentry takes', async () => {
    assert.equal(await post(envelope(event()), auth(ingest.key)), 200);
    const zipped = { ...auth(ingest.key), 'content-encoding': 'gzip' };
    assert.equal(await post(gzipSync(envelope(event())), zipped), 200);
    const query = `/api/4511/envelope/?sentry_version=7&sentry_key=${ingest.key}`;
    assert.equal(await post(envelope(event()), {}, query), 200);
    assert.deepEqual([ingest.events.length, ingest.problems], [3, []]);
    assert.ok(ingest.received().includes('"boom"'));
  });

  test('reads items with a length and without', () => {
    const read = readEnvelope(
      Buffer.from('{}\n{"type":"a","length":3}\n1\n2\n{"type":"b"}\n{}\n{"type":"c","length":0}\n'),
    );
    assert.deepEqual(
      read.items.map(({ header, payload }) => [header.type, payload.toString()]),
      [
        ['a', '1\n2'],
        ['b', '{}'],
        ['c', ''],
      ],
    );
    assert.throws(() => readEnvelope(Buffer.from('{}\n{"type":"a","length":9}\n123')), /ends after/);
    assert.throws(() => readEnvelope(Buffer.from('{}\n{"type":"a","length":2}\n123')), /end of the line/);
    assert.throws(() => readEnvelope(Buffer.from('{}\n{"length":2}\n12')), /no type/);
  });

  test('refuses what Sentry would refuse, or show wrongly', async () => {
    const before = ingest.problems.length;
    const mechanism = (exception_id: number, parent_id?: number) => ({
      type: 'Error',
      mechanism: { type: 'x', exception_id, ...(parent_id !== undefined && { parent_id }) },
    });
    const bad: readonly [object, object?][] = [
      [event({ event_id: 'x' })],
      [event(), { event_id: '1'.repeat(32) }],
      [event({ timestamp: Date.now() })],
      [event({ platform: undefined })],
      [event({ level: 'critical' })],
      [event({ exception: undefined })],
      [event({ exception: { values: [mechanism(0), mechanism(1, 0)] } })],
      [event({ exception: { values: [mechanism(1, 2), mechanism(0)] } })],
      [event({ exception: { values: [{ type: 'Error', stacktrace: { frames: [] } }] } })],
      [event({ tags: { 'a b': 'c' } })],
      [event({ tags: { a: 'x'.repeat(201) } })],
      [event({ contexts: { trace: { trace_id: '0'.repeat(32), span_id: '1'.repeat(16) } } })],
      [event({ release: 'a/b' })],
    ];
    for (const [payload, header = { event_id: (payload as { event_id: string }).event_id }] of bad) {
      assert.equal(await post(envelope(payload, header), auth(ingest.key)), 400, JSON.stringify(payload));
    }
    assert.equal(await post(envelope(event()), auth('another')), 403);
    assert.equal(await post(envelope(event()), {}), 403);
    assert.equal(await post(envelope(event()), auth(ingest.key), '/api/1/envelope/'), 400);
    assert.equal(ingest.problems.length, before + bad.length + 3);
  });

  test('answers as it is told, once each', async () => {
    const before = ingest.events.length;
    ingest.behave({ status: 429, headers: { 'retry-after': '7' } }, { status: 503 }, 'reset', {
      status: 200,
    });
    assert.equal(await post(envelope(event()), auth(ingest.key)), 429);
    assert.equal(await post(envelope(event()), auth(ingest.key)), 503);
    await assert.rejects(post(envelope(event()), auth(ingest.key)));
    assert.equal(await post(envelope(event()), auth(ingest.key)), 200);
    assert.equal(await post(envelope(event()), auth(ingest.key)), 200);
    assert.equal(ingest.events.length, before + 2);
  });
});
