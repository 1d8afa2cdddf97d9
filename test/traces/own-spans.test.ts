import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { suppressTracing, TraceState } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { type ReadableSpan, type SpanLimits, TracerProvider } from '@opentelemetry/sdk-trace';
import fc from 'fast-check';
import { createIdGenerator } from '../../src/traces/id-generator.ts';
import { OwnSpan } from '../../src/traces/own-span.ts';
import { createOwnSpans } from '../../src/traces/own-spans.ts';
import { createSampler, type SamplerSettings } from '../../src/traces/sampler.ts';
import { createTracerSpans, type SpanMaker } from '../../src/traces/span-maker.ts';

const always: SamplerSettings = {
  tracesSampler: 'parentbased_always_on',
  tracesSamplerArgument: 1,
  trustParentSampling: true,
};

/** The spans of both makers, ours and the SDK's, and what has ended of each. */
const makers = (settings = always, spanLimits: SpanLimits = {}) => {
  const sampler = createSampler(settings);
  const resource = resourceFromAttributes({ 'service.name': 'test' });
  const ended = { own: [] as ReadableSpan[], sdk: [] as ReadableSpan[] };
  const provider = new TracerProvider({
    resource,
    sampler,
    spanLimits,
    spanProcessors: [
      {
        onStart: () => {},
        onEnd: span => void ended.sdk.push(span),
        forceFlush: async () => {},
        shutdown: async () => {},
      },
    ],
  });
  const own = createOwnSpans({
    sampler,
    ids: createIdGenerator(),
    resource,
    instrumentationScope: { name: 'test', version: '1' },
    now: () => performance.now(),
    epochOf: monotonic => performance.timeOrigin + monotonic,
    additions: new TracerProvider({ spanLimits }).getTracer('test'),
    onEnd: span => void ended.own.push(span),
  });
  return { own, sdk: createTracerSpans(provider.getTracer('test', '1')), ended };
};

/** All that exporters read of a span, but ids and times that no two spans have in common. */
const read = (span: ReadableSpan) => ({
  name: span.name,
  kind: span.kind,
  attributes: span.attributes,
  events: span.events,
  links: span.links,
  status: span.status,
  ended: span.ended,
  droppedAttributes: span.droppedAttributesCount,
  droppedEvents: span.droppedEventsCount,
  droppedLinks: span.droppedLinksCount,
  resource: span.resource.attributes,
  scope: { name: span.instrumentationScope.name, version: span.instrumentationScope.version },
});

const name = fc.constantFrom('a', 'b', 'http.route', 'own.common', 'own.first', 'own.last');
const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string(), { maxLength: 3 }));
const time = fc.date({ noInvalidDate: true, min: new Date(0) });
const link = fc.record({
  context: fc.constant({ traceId: '1'.repeat(32), spanId: '1'.repeat(16), traceFlags: 1 }),
  attributes: fc.dictionary(name, value),
});
type Use = (span: Span) => void;
const use: fc.Arbitrary<Use> = fc.oneof(
  fc.tuple(name, value).map<Use>(given => span => void span.setAttribute(...given)),
  fc.dictionary(name, value).map<Use>(given => span => void span.setAttributes(given)),
  fc
    .tuple(fc.string(), fc.dictionary(name, value), time)
    .map<Use>(given => span => void span.addEvent(...given)),
  fc.tuple(fc.string(), time).map<Use>(given => span => void span.addEvent(...given)),
  link.map<Use>(given => span => void span.addLink(given)),
  fc.array(link, { maxLength: 3 }).map<Use>(given => span => void span.addLinks(given)),
  fc
    .record({
      code: fc.constantFrom(SpanStatusCode.UNSET, SpanStatusCode.OK, SpanStatusCode.ERROR),
      message: fc.string(),
    })
    .map<Use>(given => span => void span.setStatus(given)),
  fc.string().map<Use>(given => span => void span.updateName(given)),
  fc.tuple(fc.string({ minLength: 1 }), time).map<Use>(
    ([message, at]) =>
      span =>
        span.recordException(message, at),
  ),
  time.map<Use>(given => span => span.end(given)),
);

const live = (maker: SpanMaker, uses: readonly Use[], before: boolean): void => {
  const span = maker.start('GET', SpanKind.SERVER, ROOT_CONTEXT, performance.now());
  maker.describe(span, { 'own.common': true }, () => ({ 'own.first': 1, 'http.route': '/' }));
  for (const step of uses) step(span);
  if (before) maker.end(span, performance.now(), { 'own.last': 2, 'own.first': 3 }, { 'own.measured': 4 });
  else span.end();
  for (const step of uses) step(span);
};

for (const [which, limits] of [
  ['without limits', {}],
  [
    'where two of a thing are allowed',
    { eventCountLimit: 2, linkCountLimit: 2, attributePerEventCountLimit: 1 },
  ],
] as const) {
  test(`whatever an application does with a span of ours, it is what the SDK's would be, ${which}`, () => {
    fc.assert(
      fc.property(fc.array(use, { maxLength: 12 }), fc.boolean(), (uses, before) => {
        const { own, sdk, ended } = makers(always, limits);
        live(own, uses, before);
        live(sdk, uses, before);
        assert.equal(ended.own.length, 1);
        assert.deepEqual(ended.own.map(read), ended.sdk.map(read));
      }),
      { numRuns: 300 },
    );
  });
}

test('an application may end a span of ours at any time that the API knows', () => {
  const at = performance.now();
  const epoch = performance.timeOrigin + at + 250;
  for (const endTime of [at, new Date(epoch), epoch, [Math.floor(epoch / 1000), (epoch % 1000) * 1e6]]) {
    const { own, sdk, ended } = makers();
    for (const maker of [own, sdk]) {
      maker.start('x', SpanKind.SERVER, ROOT_CONTEXT, at - 100).end(endTime as Date);
    }
    const [ours, theirs] = [...ended.own, ...ended.sdk].map(({ duration: [s, ns] }) => s * 1e3 + ns / 1e6);
    // The SDK reads a clock of whole milliseconds.
    assert.ok(Math.abs((ours ?? 0) - (theirs ?? 0)) <= 2, `${ours} and ${theirs} ms for ${String(endTime)}`);
    assert.ok((ours ?? 0) > 90, `${ours} ms for ${String(endTime)}`);
  }
});

test('a span of ours that is ended at no date at all has ended, once', () => {
  const { own, ended } = makers();
  const span = own.start('x', SpanKind.SERVER, ROOT_CONTEXT, performance.now());
  span.end(new Date(Number.NaN));
  span.end();
  assert.equal(span.isRecording(), false);
  assert.deepEqual(
    ended.own.map(made => made.ended),
    [true],
  );
});

test('times are those of the observer', () => {
  const { own, ended } = makers();
  own.end(own.start('x', SpanKind.CLIENT, ROOT_CONTEXT, 1_000), 1_250.5);
  own.end(own.start('x', SpanKind.CLIENT, ROOT_CONTEXT, 1_000), 900);
  assert.deepEqual(
    ended.own.map(span => span.duration),
    [
      [0, 250_500_000],
      [0, 0],
    ],
  );
});

test('what is added without a time is of a time within the span', () => {
  const { own, ended } = makers();
  for (let round = 0; round < 50; round++) {
    const span = own.start('x', SpanKind.CLIENT, ROOT_CONTEXT, performance.now());
    span.addEvent('a').addEvent('b', { c: 1 }).recordException(new Error('d'));
    span.end();
  }
  const nanoseconds = ([seconds, rest]: readonly [number, number]): bigint =>
    BigInt(seconds) * 1_000_000_000n + BigInt(rest);
  for (const { startTime, endTime, events } of ended.own) {
    const times = [startTime, ...events.map(({ time }) => time), endTime].map(nanoseconds);
    assert.equal(times.length, 5);
    assert.deepEqual(
      times,
      times.toSorted((one, other) => (one < other ? -1 : 1)),
    );
  }
});

const ids = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const remote = (traceFlags: number): Context =>
  trace.setSpanContext(ROOT_CONTEXT, {
    ...ids,
    traceFlags,
    isRemote: true,
    traceState: new TraceState('a=b'),
  });
const contexts: Readonly<Record<string, (maker: SpanMaker) => Context>> = {
  'no parent': () => ROOT_CONTEXT,
  'a caller that samples': () => remote(TraceFlags.SAMPLED),
  'a caller that does not': () => remote(TraceFlags.NONE),
  'a malformed caller': () =>
    trace.setSpanContext(ROOT_CONTEXT, { traceId: 'x', spanId: 'y', traceFlags: 1 }),
  'a span of its own': maker =>
    trace.setSpan(ROOT_CONTEXT, maker.start('above', SpanKind.SERVER, remote(TraceFlags.SAMPLED), 1)),
  'a span of its own that its caller does not sample': maker =>
    trace.setSpan(ROOT_CONTEXT, maker.start('above', SpanKind.SERVER, remote(TraceFlags.NONE), 1)),
  'tracing that is suppressed': maker =>
    suppressTracing(trace.setSpan(ROOT_CONTEXT, maker.start('above', SpanKind.SERVER, ROOT_CONTEXT, 1))),
};

for (const tracesSampler of [
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
  'always_on',
  'always_off',
  'traceidratio',
] as const) {
  for (const trustParentSampling of [true, false]) {
    test(`${tracesSampler}, callers ${trustParentSampling ? '' : 'not '}trusted: decides as the SDK does`, () => {
      for (const tracesSamplerArgument of [0, 1]) {
        for (const [which, contextFor] of Object.entries(contexts)) {
          const { own, sdk } = makers({ tracesSampler, tracesSamplerArgument, trustParentSampling });
          const [ours, theirs] = [own, sdk].map(maker => {
            const context = contextFor(maker);
            const span = maker.start('x', SpanKind.CLIENT, context, performance.now());
            const made = span.spanContext();
            const above = trace.getSpanContext(context);
            return {
              recorded: span.isRecording(),
              flags: made.traceFlags,
              isOfTheTrace: made.traceId === above?.traceId,
              parent: (span as Partial<ReadableSpan>).parentSpanContext?.spanId === above?.spanId,
              state: made.traceState?.serialize(),
            };
          });
          assert.deepEqual(ours, theirs, `${which} at ${tracesSamplerArgument}`);
        }
      }
    });
  }
}

test('only what is sampled is a span of ours, and what is below one that is not is that one', () => {
  const { own } = makers({ ...always, tracesSampler: 'always_off' });
  const above = own.start('x', SpanKind.SERVER, ROOT_CONTEXT, 1);
  assert.ok(!(above instanceof OwnSpan));
  assert.equal(own.start('y', SpanKind.CLIENT, trace.setSpan(ROOT_CONTEXT, above), 1), above);
  assert.ok(makers().own.start('x', SpanKind.SERVER, ROOT_CONTEXT, 1) instanceof OwnSpan);
});
