import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type Attributes,
  type AttributeValue,
  createTraceState,
  ROOT_CONTEXT,
  SpanKind,
  trace,
} from '@opentelemetry/api';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SamplingDecision,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import fc from 'fast-check';
import { createIdGenerator } from '../../src/traces/id-generator.ts';
import { createOwnSpans } from '../../src/traces/own-spans.ts';
import { createSpanEncoder } from '../../src/traces/span-encoding.ts';
import { wholeTraceRequest } from '../otlp-protobuf.ts';

const resource = resourceFromAttributes(
  { 'service.name': 'größe', 'process.pid': 7 },
  { schemaUrl: 'https://opentelemetry.io/schemas/1.37.0' },
);

/** What the SDK makes of spans that an application could make. */
const collected = (make: (provider: TracerProvider) => void): readonly ReadableSpan[] => {
  const exporter = new InMemorySpanExporter();
  make(new TracerProvider({ resource, spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
  return exporter.getFinishedSpans();
};

const { encode, request } = createSpanEncoder();
const ours = (spans: readonly ReadableSpan[]): unknown => wholeTraceRequest(request(spans.map(encode)));
const theirs = (spans: readonly ReadableSpan[]): unknown =>
  wholeTraceRequest(ProtobufTraceSerializer.serializeRequest([...spans]) ?? new Uint8Array());

const ownSpans = (ended: ReadableSpan[]) =>
  createOwnSpans({
    sampler: { shouldSample: () => ({ decision: SamplingDecision.RECORD_AND_SAMPLED }) },
    ids: createIdGenerator(),
    resource,
    instrumentationScope: { name: 'test', version: '1' },
    now: () => 1_000,
    epochOf: monotonic => 1_700_000_000_000 + monotonic,
    additions: new TracerProvider().getTracer('test'),
    onEnd: span => void ended.push(span),
  });

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ minLength: 0, maxLength: 300 }),
  fc.constantFrom('a'.repeat(63), 'a'.repeat(64), 'ü'.repeat(64), '\ud800', 'a\udfffb', '😀'.repeat(50)),
);
const number = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.maxSafeInteger(),
  fc.constantFrom(
    0,
    -0,
    -1,
    127,
    128,
    16_383,
    16_384,
    2 ** 32 - 1,
    2 ** 32,
    -(2 ** 53),
    2 ** 62,
    2 ** 63,
    1e300,
  ),
);
const single = fc.oneof(text, number, fc.boolean());
const attributeValue = fc.oneof(
  single,
  fc.array(fc.oneof(text, fc.constant(null)), { maxLength: 5 }),
  fc.array(number, { maxLength: 5 }),
  fc.array(fc.boolean(), { maxLength: 5 }),
) as fc.Arbitrary<AttributeValue>;
const attributes = fc.dictionary(text, attributeValue, { maxKeys: 8 }) as fc.Arbitrary<Attributes>;
const id = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
const time = fc.tuple(fc.integer({ min: 0, max: 2 ** 34 }), fc.integer({ min: 0, max: 999_999_999 }));
const parent = fc.record({
  traceId: id(32),
  spanId: id(16),
  traceFlags: fc.constant(1),
  isRemote: fc.boolean(),
  traceState: fc.constantFrom(undefined, createTraceState('vendor=value,other=1')),
});
const made = fc.record({
  scope: fc.constantFrom('first', 'second'),
  name: text,
  kind: fc.integer({ min: 0, max: 4 }),
  start: time,
  end: time,
  parent: fc.option(parent, { nil: undefined }),
  attributes,
  events: fc.array(fc.record({ name: text, attributes, time }), { maxLength: 3 }),
  links: fc.array(fc.record({ context: parent, attributes }), { maxLength: 3 }),
  status: fc.constantFrom({ code: 0 }, { code: 1 }, { code: 2 }, { code: 2, message: 'zu spät' }),
});

const spansOf = (all: readonly (typeof made extends fc.Arbitrary<infer Made> ? Made : never)[]) =>
  collected(provider => {
    for (const one of all) {
      const context =
        one.parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, one.parent as never);
      const { kind, attributes, links, start: startTime } = one;
      const span = provider
        .getTracer(one.scope, one.scope === 'first' ? '1' : undefined)
        .startSpan(one.name, { kind, attributes, links: links as never, startTime }, context);
      for (const event of one.events) span.addEvent(event.name, event.attributes, event.time);
      span.setStatus(one.status);
      span.end(one.end);
    }
  });

describe('the encoding of spans', () => {
  test('says what OpenTelemetry’s says, of whatever spans', () => {
    let attributes = 0;
    fc.assert(
      fc.property(fc.array(made, { minLength: 1, maxLength: 6 }), all => {
        const spans = spansOf(all);
        attributes += spans.reduce((sum, span) => sum + Object.keys(span.attributes).length, 0);
        assert.deepEqual(ours(spans), theirs(spans));
      }),
      { numRuns: 300 },
    );
    assert.ok(attributes > 400, `${attributes} attributes`);
  });

  test('is noticed when it says something else', () => {
    const spans = collected(provider => {
      for (const size of [1, 2]) provider.getTracer('test').startSpan('one', { attributes: { size } }).end();
    });
    const [one, other] = spans as [ReadableSpan, ReadableSpan];
    assert.notDeepEqual(ours([one]), theirs([other]));
    assert.notDeepEqual(ours([one]), theirs([one, one]));
  });

  test('has room for spans of every size, one after the other', () => {
    const sizes = [1, 100, 70_000, 3, 65_536, 300_000, 20, 127, 128, 16_383, 16_384, 2_097_152];
    const spans = collected(provider => {
      for (const size of sizes) {
        provider
          .getTracer('test')
          .startSpan('sized', { attributes: { 'a text': 'x'.repeat(size) } })
          .end();
      }
    });
    assert.deepEqual(ours(spans), theirs(spans));
  });

  test('keeps a span as it is while others are encoded', () => {
    const spans = collected(provider => {
      for (let index = 0; index < 2_000; index++) {
        provider.getTracer('test').startSpan(`span ${index}`, { attributes: { index } }).end();
      }
    });
    assert.deepEqual(ours(spans), theirs(spans));
  });

  test('says the same of spans of ours, of which parts are encoded once for many', () => {
    const common: Attributes = { 'server.address': 'shop', 'server.port': 80 };
    const outcomes: readonly Attributes[] = [{ 'http.route': '/' }, { 'http.response.status_code': 404 }];
    fc.assert(
      fc.property(fc.array(fc.tuple(attributeValue, fc.nat(1), fc.boolean()), { minLength: 6 }), all => {
        const ended: ReadableSpan[] = [];
        const maker = ownSpans(ended);
        for (const [own, outcome, added] of all) {
          const span = maker.start('one', SpanKind.SERVER, ROOT_CONTEXT, 1_000);
          maker.describe(span, common, () => ({ 'url.path': own }));
          // Of the same name as one of ours: it wins over what is common, and not over the outcome.
          if (added) span.setAttributes({ 'server.port': 81, 'http.route': '/mine', more: true });
          maker.end(span, 1_001, outcomes[outcome], { size: 3 });
        }
        assert.equal(ended.length, all.length);
        assert.deepEqual(ours(ended), theirs(ended));
      }),
      { numRuns: 100 },
    );
  });

  test('goes on after a span that cannot be encoded', () => {
    const [span] = collected(provider => provider.getTracer('test').startSpan('one').end());
    assert.ok(span !== undefined);
    const broken = Object.create(span, { events: { get: () => assert.fail('unreadable') } }) as ReadableSpan;
    assert.throws(() => encode(broken), { message: 'unreadable' });
    assert.deepEqual(ours([span]), theirs([span]));
  });
});
