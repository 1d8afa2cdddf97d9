import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type OtlpReceiver, startOtlpReceiver } from '../../otlp-receiver.ts';
import { metric } from '../../page.ts';
import { collector } from '../programs.ts';
import { type Collector, eventually, overlay, startCollector } from './collectors.ts';
import { postSpans, traceOf } from './otlp.ts';

const { skip } = collector;
const errors = (count: number): readonly ReturnType<typeof traceOf>[] =>
  Array.from({ length: count }, () => traceOf(2, { status: { code: 2 } }));

interface Gateway {
  readonly gateway: Collector;
  readonly backend: OtlpReceiver;
}
const startGateway = async (
  t: TestContext,
  env: Record<string, string>,
  more: object = {},
): Promise<Gateway> => {
  const backend = await startOtlpReceiver();
  t.after(() => backend.stop());
  const gateway = await startCollector(t, ['gateway.yaml', overlay(more)], {
    OTELCOL_TEMPO: backend.url,
    ...env,
  });
  return { gateway, backend };
};
const keptBy = ({ spans }: OtlpReceiver): number => new Set(spans.map(({ spanId }) => spanId)).size;

test('more traces than fit wait, and none with an error is forgotten', { skip }, async t => {
  const env = { OTELCOL_TRACES: '100', OTELCOL_DECISION_WAIT: '1s' };
  const { gateway, backend } = await startGateway(t, env);
  for (const trace of errors(400)) assert.equal(await postSpans(gateway.url, trace), 200);
  await eventually(
    () => keptBy(backend) === 800,
    () => `${keptBy(backend)} of 800 spans came`,
  );
});

test('with the default of the processor they would be forgotten', { skip }, async t => {
  const env = { OTELCOL_TRACES: '100', OTELCOL_DECISION_WAIT: '1s' };
  const forgetful = { processors: { tail_sampling: { block_on_overflow: false } } };
  const { gateway, backend } = await startGateway(t, env, forgetful);
  for (const trace of errors(400)) assert.equal(await postSpans(gateway.url, trace), 200);
  const tooEarly = 'otelcol_processor_tail_sampling_sampling_trace_dropped_too_early_total';
  await eventually(
    async () => (metric(await gateway.ownMetrics(), tooEarly)[''] ?? 0) > 0,
    gateway.ownMetrics,
  );
  assert.ok(keptBy(backend) < 800, `${keptBy(backend)} of 800 spans came`);
});

test('a gateway that is told to end decides on what it holds', { skip }, async t => {
  const { gateway, backend } = await startGateway(t, { OTELCOL_DECISION_WAIT: '60s' });
  for (const trace of errors(50)) assert.equal(await postSpans(gateway.url, trace), 200);
  await gateway.stop();
  // What was not sent any more is on the disk.
  if (keptBy(backend) < 100) await gateway.again();
  await eventually(
    () => keptBy(backend) === 100,
    () => `${keptBy(backend)} of 100 spans came\n${gateway.log()}`,
  );
});

test('what a killed gateway was waiting for is lost, and nothing else', { skip }, async t => {
  const { gateway, backend } = await startGateway(t, { OTELCOL_DECISION_WAIT: '3s' });
  backend.behave({ status: 503 });
  const decided = errors(20);
  for (const trace of decided) await postSpans(gateway.url, trace);
  await eventually(() => backend.refused.length >= 40, gateway.log);
  const waiting = errors(20);
  // At once: on a busy machine the first would be decided before the last has come.
  await Promise.all(waiting.map(trace => postSpans(gateway.url, trace)));
  await gateway.kill();
  backend.behave({ status: 200 });
  await gateway.again();
  await eventually(
    () => keptBy(backend) >= 40,
    () => `${keptBy(backend)} of 40 spans came`,
  );
  await pause(1000);
  const came = new Set(backend.spans.map(({ traceId }) => traceId));
  assert.deepEqual(
    [decided, waiting].map(traces => traces.filter(([root]) => came.has(root.traceId)).length),
    [20, 0],
  );
});
