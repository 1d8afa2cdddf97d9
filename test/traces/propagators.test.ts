import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Context, propagation, ROOT_CONTEXT, type TextMapGetter, trace } from '@opentelemetry/api';
import { W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import fc from 'fast-check';
import type { Propagator } from '../../src/settings/traces.ts';
import { createPropagator } from '../../src/traces/propagators.ts';

type Headers = Readonly<Record<string, unknown>>;

const getter: TextMapGetter<Headers> = {
  get: (headers, name) => headers[name] as string | string[] | undefined,
  keys: headers => Object.keys(headers),
};
const setter = {
  set: (headers: Record<string, string>, name: string, value: string) => {
    headers[name] = value;
  },
};
const all: readonly Propagator[] = ['tracecontext', 'baggage', 'b3', 'b3multi', 'jaeger'];
const extract = (names: readonly Propagator[], headers: Headers): Context =>
  createPropagator(names).extract(ROOT_CONTEXT, headers, getter);
const inject = (names: readonly Propagator[], context: Context): Record<string, string> => {
  const headers: Record<string, string> = {};
  createPropagator(names).inject(context, headers, setter);
  return headers;
};
const parentIn = (names: readonly Propagator[], headers: Headers): string | undefined => {
  const parent = trace.getSpanContext(extract(names, headers));
  return parent && `${parent.traceId}-${parent.spanId}-${parent.traceFlags}`;
};
const baggageIn = (context: Context): readonly string[] =>
  propagation
    .getBaggage(context)
    ?.getAllEntries()
    .map(([key, { value }]) => `${key}=${value}`) ?? [];

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';
const local = (traceFlags: number): Context =>
  trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags });

const hex = (length: number): fc.Arbitrary<string> =>
  fc
    .uint8Array({ minLength: length / 2, maxLength: length / 2 })
    .map(bytes => Buffer.from(bytes).toString('hex'))
    .filter(id => !/^0+$/.test(id));

describe('the propagator', () => {
  test('writes what each format asks for', () => {
    assert.deepEqual(inject(['tracecontext'], local(1)), { traceparent: `00-${traceId}-${spanId}-01` });
    assert.deepEqual(inject(['b3'], local(0)), { b3: `${traceId}-${spanId}-0` });
    assert.deepEqual(inject(['b3multi'], local(1)), {
      'x-b3-traceid': traceId,
      'x-b3-spanid': spanId,
      'x-b3-sampled': '1',
    });
    assert.deepEqual(inject(['jaeger'], local(1)), { 'uber-trace-id': `${traceId}:${spanId}:0:1` });
    assert.deepEqual(inject([], local(1)), {});
    assert.deepEqual(createPropagator(['tracecontext', 'baggage']).fields(), [
      'traceparent',
      'tracestate',
      'baggage',
    ]);
  });

  test('reads what it has written, in every format', () => {
    fc.assert(
      fc.property(hex(32), hex(16), fc.constantFrom(0, 1), (traceId, spanId, traceFlags) => {
        const context = trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags });
        for (const name of all.filter(name => name !== 'baggage')) {
          assert.equal(parentIn([name], inject([name], context)), `${traceId}-${spanId}-${traceFlags}`, name);
          // The control: what no format was asked for is not read.
          assert.equal(parentIn(['baggage'], inject([name], context)), undefined);
        }
      }),
    );
  });

  test('reads ids of 64 bits and in capitals as the same traces', () => {
    const short = '00f067aa0ba902b7';
    const long = short.padStart(32, '0');
    const capitals = traceId.toUpperCase();
    assert.equal(parentIn(['b3'], { b3: `${short}-${spanId}-1` }), `${long}-${spanId}-1`);
    assert.equal(
      parentIn(['b3multi'], { 'x-b3-traceid': short, 'x-b3-spanid': spanId, 'x-b3-flags': '1' }),
      `${long}-${spanId}-1`,
    );
    assert.equal(
      parentIn(['b3multi'], {
        'x-b3-traceid': capitals,
        'x-b3-spanid': spanId.toUpperCase(),
        'x-b3-sampled': '1',
      }),
      `${traceId}-${spanId}-1`,
    );
    assert.equal(
      parentIn(['jaeger'], { 'uber-trace-id': 'F067AA0BA902B7%3Af067aa0ba902b7%3A0%3A3' }),
      `${long}-${spanId}-1`,
    );
  });

  test('ignores what is malformed', () => {
    const malformed: Readonly<Record<string, readonly string[]>> = {
      traceparent: [
        '',
        'nonsense',
        `00-${traceId}-${spanId}`,
        `00-${traceId}-${spanId}-01-more`,
        `00-${traceId}-${spanId}-0x`,
        `ff-${traceId}-${spanId}-01`,
        `00-${'0'.repeat(32)}-${spanId}-01`,
        `00-${traceId}-${'0'.repeat(16)}-01`,
        `00-${traceId.toUpperCase()}-${spanId}-01`,
        `00-${traceId}-${spanId}-01, 00-${traceId}-${spanId}-01`,
        `00-${traceId}-${spanId}-01${' '.repeat(10_000)}x`,
        '0'.repeat(16_000),
      ],
      b3: ['', '0', 'd', `${'0'.repeat(32)}-${spanId}-1`, `${traceId}-${'0'.repeat(16)}`, 'f'.repeat(16_000)],
      'x-b3-traceid': ['', 'x', traceId, '0'.repeat(32), 'f'.repeat(16_000)],
      'uber-trace-id': [
        '',
        ':::',
        `${traceId}:${spanId}:0`,
        `${'0'.repeat(32)}:${spanId}:0:1`,
        `${traceId}:${'0'.repeat(16)}:0:1`,
        `${traceId}f:${spanId}:0:1`,
        `${traceId}:${spanId}:0:1:1`,
        '1:'.repeat(8_000),
      ],
    };
    for (const [name, values] of Object.entries(malformed))
      for (const value of values)
        assert.equal(parentIn(all, { [name]: value }), undefined, `${name}: ${value.slice(0, 99)}`);
    // The control: well-formed it is read, also from a version that is yet to come.
    assert.equal(parentIn(all, { traceparent: `00-${traceId}-${spanId}-01` }), `${traceId}-${spanId}-1`);
    assert.equal(parentIn(all, { traceparent: `cc-${traceId}-${spanId}-01-more` }), `${traceId}-${spanId}-1`);
  });

  test('throws at no header, and finds nothing but valid parents', () => {
    const pieces = fc.constantFrom(
      '00',
      '-',
      ':',
      ',',
      '=',
      ';',
      '%',
      '%3A',
      '1',
      'd',
      traceId,
      spanId,
      'A',
      '\0',
      'ü',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.array(pieces).map(parts => parts.join('')),
    );
    const hostile = fc.oneof(
      text,
      fc.array(text),
      fc.constantFrom<unknown>(
        undefined,
        null,
        7,
        {},
        [],
        [undefined],
        [null],
        [[]],
        [{}],
        [Symbol('x')],
        Object.create(null),
      ),
    );
    const names = [...createPropagator(all).fields(), 'b3', 'x-b3-flags'];
    const headers = fc.record(Object.fromEntries(names.map(name => [name, hostile])), { requiredKeys: [] });
    fc.assert(
      fc.property(headers, headers => {
        const context = extract(all, headers as Headers);
        const parent = trace.getSpanContext(context);
        if (parent !== undefined) {
          assert.match(parent.traceId, /^(?!0+$)[0-9a-f]{32}$/);
          assert.match(parent.spanId, /^(?!0+$)[0-9a-f]{16}$/);
        }
        for (const value of Object.values(inject(all, context))) assert.equal(typeof value, 'string');
        assert.ok((inject(all, context).baggage ?? '').length <= 8_192);
      }),
      { numRuns: 500 },
    );
    assert.equal(({} as { value?: unknown }).value, undefined);
  });
});

describe('baggage', () => {
  test('is carried up to 8 KiB, and longer baggage is left out as a whole', () => {
    const entry = (index: number): string => `key-${index}=${'v'.repeat(80)}`;
    const entries = Array.from({ length: 90 }, (_, index) => entry(index));
    const fits = entries.join(',');
    assert.ok(fits.length <= 8_192);
    const carried = extract(all, { baggage: fits });
    assert.deepEqual(baggageIn(carried), entries);
    assert.equal(inject(all, carried).baggage, fits);
    const tooLong = `${fits},x=${'v'.repeat(8_192 - fits.length)}`;
    assert.deepEqual(baggageIn(extract(all, { baggage: tooLong })), []);
    assert.deepEqual(baggageIn(extract(all, { baggage: [fits, tooLong] })), []);
    // The control: OpenTelemetry's own takes the part that fits.
    assert.notDeepEqual(
      baggageIn(new W3CBaggagePropagator().extract(ROOT_CONTEXT, { baggage: tooLong }, getter)),
      [],
    );
  });

  test('does not grow beyond that on its way out, nor reach the prototype of anything', () => {
    const grown = Array.from({ length: 180 }, (_, index) => `k${index}=${'ü'.repeat(20)}`).join(',');
    assert.ok(grown.length <= 8_192);
    assert.ok((inject(all, extract(all, { baggage: grown })).baggage ?? '').length <= 8_192);
    extract(all, { baggage: '__proto__=polluted,constructor=polluted' });
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
    assert.equal(({} as { value?: unknown }).value, undefined);
  });
});

describe('tracestate', () => {
  const traceparent = `00-${traceId}-${spanId}-01`;
  const stateOf = (headers: Headers) =>
    trace.getSpanContext(extract(['tracecontext'], { traceparent, ...headers }))?.traceState;
  const passedOn = (tracestate: string | readonly string[]): string =>
    stateOf({ tracestate })?.serialize() ?? '';

  test('is passed on as it came up to 512 characters and 32 entries', () => {
    assert.equal(passedOn('vendor=1,other=2'), 'vendor=1,other=2');
    assert.equal(passedOn(['vendor=1', 'other=2']), 'vendor=1,other=2');
    const fits = Array.from({ length: 32 }, (_, index) => `k${index}=v`).join(',');
    assert.equal(passedOn(fits), fits);
    assert.equal(passedOn(`${fits},k32=v`), fits);
  });

  test('that is longer is cut to whole entries, and the rest is held by nobody', () => {
    const entry = (index: number): string => `k${index}=${'v'.repeat(100)}`;
    const long = Array.from({ length: 100 }, (_, index) => entry(index)).join(',');
    assert.equal(passedOn(long), [0, 1, 2, 3].map(entry).join(','));
    const held = JSON.stringify(stateOf({ tracestate: long })).length;
    assert.ok(held < 1_500, `${held} characters`);
    // The control: OpenTelemetry's own holds the header.
    const own = new W3CTraceContextPropagator().extract(
      ROOT_CONTEXT,
      { traceparent, tracestate: long },
      getter,
    );
    assert.ok(JSON.stringify(trace.getSpanContext(own)?.traceState).length > long.length);
  });

  test('is ignored where it is malformed, and the trace is continued', () => {
    for (const tracestate of ['', ',', '=', 'x', 'A=1', 'a=\u0000', 'x'.repeat(16_000)])
      assert.equal(passedOn(tracestate), '', tracestate.slice(0, 20));
    assert.equal(
      parentIn(['tracecontext'], { traceparent, tracestate: 'x'.repeat(16_000) }),
      `${traceId}-${spanId}-1`,
    );
  });
});
