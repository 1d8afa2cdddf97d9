import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ROOT_CONTEXT, SpanKind, TraceFlags, trace } from '@opentelemetry/api';
import { SamplingDecision, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace';
import fc from 'fast-check';
import { createRatioSampler, createSampler, type SamplerSettings } from '../../src/traces/sampler.ts';

type Parent = 'none' | 'remote sampled' | 'remote unsampled' | 'local sampled' | 'local unsampled';
const parents: readonly Parent[] = [
  'none',
  'remote sampled',
  'remote unsampled',
  'local sampled',
  'local unsampled',
];

/** Whether a span with such a parent is recorded. */
const isRecorded = (settings: SamplerSettings, parent: Parent, traceId: string): boolean => {
  const context =
    parent === 'none'
      ? ROOT_CONTEXT
      : trace.setSpanContext(ROOT_CONTEXT, {
          traceId,
          spanId: '1'.repeat(16),
          traceFlags: parent.endsWith('unsampled') ? TraceFlags.NONE : TraceFlags.SAMPLED,
          isRemote: parent.startsWith('remote'),
        });
  const { decision } = createSampler(settings).shouldSample(context, traceId, 'x', SpanKind.SERVER, {}, []);
  return decision === SamplingDecision.RECORD_AND_SAMPLED;
};

const settings = (
  tracesSampler: SamplerSettings['tracesSampler'],
  tracesSamplerArgument = 1,
  trustParentSampling = true,
): SamplerSettings => ({ tracesSampler, tracesSamplerArgument, trustParentSampling });

const someId = '4bf92f3577b34da6a3ce929d0e0e4736';
const recordedParents = (given: SamplerSettings): readonly Parent[] =>
  parents.filter(parent => isRecorded(given, parent, someId));

const traceIds = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map(bytes => Buffer.from(bytes).toString('hex'))
  .filter(id => !/^0+$/.test(id));

describe('the sampler', () => {
  test('decides alone, or after the parent where it is based on parents', () => {
    const sampled: readonly Parent[] = ['remote sampled', 'local sampled'];
    assert.deepEqual(recordedParents(settings('always_on')), parents);
    assert.deepEqual(recordedParents(settings('always_off')), []);
    assert.deepEqual(recordedParents(settings('traceidratio', 0)), []);
    assert.deepEqual(recordedParents(settings('traceidratio', 1)), parents);
    assert.deepEqual(recordedParents(settings('parentbased_always_on')), ['none', ...sampled]);
    assert.deepEqual(recordedParents(settings('parentbased_always_off')), sampled);
    assert.deepEqual(recordedParents(settings('parentbased_traceidratio', 0)), sampled);
    assert.deepEqual(recordedParents(settings('parentbased_traceidratio', 1)), ['none', ...sampled]);
  });

  test('decides about each trace as the ratio sampler of OpenTelemetry does', () => {
    const edge = (2 ** 31).toString(16).padStart(32, '0');
    const ids = fc.oneof(
      traceIds,
      traceIds.map(id => id.toUpperCase()),
      fc.constantFrom('0'.repeat(32), `${'0'.repeat(31)}1`, 'f'.repeat(32), edge, 'g'.repeat(32), '', 'a'),
    );
    const decisions = { yes: 0, no: 0 };
    fc.assert(
      fc.property(
        ids,
        fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 0.5, 1)),
        (id, ratio) => {
          const ours = createRatioSampler(ratio).shouldSample(ROOT_CONTEXT, id, 'x', SpanKind.SERVER, {}, []);
          const theirs = new TraceIdRatioBasedSampler(ratio).shouldSample(ROOT_CONTEXT, id);
          decisions[theirs.decision === SamplingDecision.NOT_RECORD ? 'no' : 'yes']++;
          assert.equal(ours.decision, theirs.decision);
        },
      ),
      { numRuns: 5_000 },
    );
    assert.ok(Math.min(decisions.yes, decisions.no) > 500, JSON.stringify(decisions));
    assert.equal(String(createRatioSampler(0.25)), String(new TraceIdRatioBasedSampler(0.25)));
  });

  test('hears no caller that is not trusted, and follows the parents of this process', () => {
    const local = 'local sampled';
    assert.deepEqual(recordedParents(settings('parentbased_traceidratio', 0, false)), [local]);
    assert.deepEqual(recordedParents(settings('parentbased_always_off', 1, false)), [local]);
    assert.deepEqual(recordedParents(settings('parentbased_always_on', 1, false)), [
      'none',
      'remote sampled',
      'remote unsampled',
      local,
    ]);
    // The control: a caller that is trusted beats a ratio of 0.
    assert.ok(isRecorded(settings('parentbased_traceidratio', 0, true), 'remote sampled', someId));
  });

  test('decides about a trace from outside as about one that begins here, whatever its flag', () => {
    fc.assert(
      fc.property(traceIds, fc.double({ min: 0, max: 1, noNaN: true }), (traceId, ratio) => {
        const given = settings('parentbased_traceidratio', ratio, false);
        const [root, ...remote] = (['none', 'remote sampled', 'remote unsampled'] as const).map(parent =>
          isRecorded(given, parent, traceId),
        );
        assert.deepEqual(remote, [root, root]);
      }),
    );
  });

  test('records about the share of traces that it is given', () => {
    const ids = fc.sample(traceIds, { numRuns: 4_000, seed: 1 });
    for (const ratio of [0.1, 0.5, 0.9]) {
      const given = settings('parentbased_traceidratio', ratio);
      const share = ids.filter(id => isRecorded(given, 'none', id)).length / ids.length;
      assert.ok(Math.abs(share - ratio) < 0.05, `${share} of ${ratio}`);
    }
  });
});
