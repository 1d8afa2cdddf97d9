import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type OtlpReceiver, startOtlpReceiver } from '../../otlp-receiver.ts';
import { collector } from '../programs.ts';
import { overlay, startCollector } from './collectors.ts';
import { postLogs, postSpans, traceOf } from './otlp.ts';
import { harmless, secretsByName, secretsInTexts } from './planted.ts';

const { skip } = collector;

/** Everything that has come, as it came: texts stand in protobuf as they are. */
const bytesOf = (receiver: OtlpReceiver): string =>
  receiver.exports.map(({ body }) => body.toString('latin1')).join('\n');

/** Sends what another application would, without our redaction: each value wherever it can stand. */
const sendAll = async (url: string): Promise<void> => {
  const byName = Object.fromEntries(secretsByName.map(({ name, value }) => [name, value]));
  const texts = secretsInTexts.map(({ text }) => text);
  const numbered = Object.fromEntries(texts.map((text, index) => [`note.${index}`, text]));
  const spans = texts.map((text, index) => ({
    ...traceOf(1)[0],
    name: `GET ${text}`,
    status: { code: 2, message: `failed: ${text}` },
    events: [{ name: 'exception', attributes: { 'exception.message': text, at: index } }],
  }));
  const [first] = traceOf(1);
  const attributes = { ...byName, ...numbered, ...harmless, list: texts, nested: { deep: [byName] } };
  assert.equal(await postSpans(url, [...spans, { ...first, attributes }]), 200);
  const records = texts.map(body => ({ body }));
  const objects = [
    { body: { user: 'ada', ...byName, deep: { list: texts } }, attributes },
    { body: harmless },
  ];
  assert.equal(await postLogs(url, [...records, ...objects]), 200);
};

const count = secretsInTexts.length;
const sentTo = async (
  t: Parameters<typeof startCollector>[0],
  ...configs: string[]
): Promise<OtlpReceiver> => {
  const receiver = await startOtlpReceiver();
  t.after(() => receiver.stop());
  const env = { OTELCOL_TEMPO: receiver.url, OTELCOL_LOKI: receiver.url };
  const one = await startCollector(t, ['config.yaml', 'full.yaml', ...configs], env);
  await sendAll(one.url);
  await receiver.waitFor(spans => spans.length === count + 1);
  await receiver.waitForLogs(count + 2);
  return receiver;
};
const found = (bytes: string): readonly string[] =>
  [...secretsByName, ...secretsInTexts].map(({ secret }) => secret).filter(secret => bytes.includes(secret));

test('secrets of other applications do not leave the Collector, wherever they stand', { skip }, async t => {
  const receiver = await sentTo(t);
  assert.deepEqual(found(bytesOf(receiver)), []);
});

test('what stands beside a secret arrives as it was sent', { skip }, async t => {
  const receiver = await sentTo(t);
  const span = receiver.spans.find(({ attributes }) => Object.hasOwn(attributes, 'note.0'));
  for (const [name, value] of Object.entries(harmless)) {
    if (typeof value !== 'object') assert.equal(span?.attributes[name], value, name);
  }
  const logs = receiver.logs();
  assert.deepEqual(
    logs.find(({ body }) => typeof body === 'object' && body !== null && 'http.route' in body)?.body,
    harmless,
  );
  // The words around a secret stay, in texts of all kinds.
  const bytes = bytesOf(receiver);
  for (const { mark } of secretsInTexts) assert.equal(bytes.split(mark).length - 1 >= 5, true, mark);
  assert.ok(
    logs.every(({ attributes }) => !Object.keys(attributes).some(name => name.startsWith('redaction'))),
  );
  assert.ok(
    receiver.spans.every(({ attributes }) => !Object.keys(attributes).some(name => /^exposed/.test(name))),
  );
});

test('without the redaction every planted secret would have been found', { skip }, async t => {
  const pipelines = { traces: { processors: ['memory_limiter'] }, logs: { processors: ['memory_limiter'] } };
  const receiver = await sentTo(t, overlay({ service: { pipelines } }));
  const bytes = bytesOf(receiver);
  assert.deepEqual(
    found(bytes),
    [...secretsByName, ...secretsInTexts].map(({ secret }) => secret),
  );
});
