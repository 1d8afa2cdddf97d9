import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { readSettings } from '../../src/settings/read.ts';
import { createTracing } from '../../src/traces/tracing.ts';

/** How much is left of a span with ten of everything, and of a text of a hundred characters. */
const left = (environment: Readonly<Record<string, string>>) => {
  const { settings, complaints } = readSettings(environment);
  assert.deepEqual(complaints, []);
  const { provider, stop } = createTracing({
    settings,
    resource: {},
    targets: [],
    redactSpan: span => span,
    scope: { name: 'test', version: '1' },
    now: () => performance.now(),
    onDropped: () => assert.fail('nothing is sent'),
    onFailing: () => assert.fail('nothing is sent'),
    onRecovered: () => {},
  });
  const ten = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`a${index}`, 'x'.repeat(100)]));
  const spanContext = { traceId: '1'.repeat(32), spanId: '1'.repeat(16), traceFlags: 1 };
  const links = Array.from({ length: 10 }, () => ({ context: spanContext, attributes: ten }));
  const span = provider.getTracer('test').startSpan('x', { links, root: true }, ROOT_CONTEXT);
  span.setAttributes(ten);
  for (let index = 0; index < 10; index++) span.addEvent(`e${index}`, ten);
  span.end();
  stop();
  const made = span as unknown as ReadableSpan;
  const count = (attributes: object = {}): number => Object.keys(attributes).length;
  return {
    attributes: count(made.attributes),
    length: String(made.attributes.a0).length,
    events: made.events.length,
    ofEvent: count(made.events[0]?.attributes),
    links: made.links.length,
    ofLink: count(made.links[0]?.attributes),
  };
};

const all = { attributes: 10, length: 100, events: 10, ofEvent: 10, links: 10, ofLink: 10 };

test('every limit of a span is kept, and none without its variable', () => {
  assert.deepEqual(left({}), all);
  for (const [name, changed] of [
    ['OTEL_ATTRIBUTE_COUNT_LIMIT', { attributes: 3 }],
    ['OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', { attributes: 3 }],
    ['OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT', { length: 3 }],
    ['OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT', { length: 3 }],
    ['OTEL_SPAN_EVENT_COUNT_LIMIT', { events: 3 }],
    ['OTEL_SPAN_LINK_COUNT_LIMIT', { links: 3 }],
    ['OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT', { ofEvent: 3 }],
    ['OTEL_LINK_ATTRIBUTE_COUNT_LIMIT', { ofLink: 3 }],
  ] as const) {
    assert.deepEqual(left({ [name]: '3' }), { ...all, ...changed }, name);
  }
});

test('the limits for spans win over the general ones', () => {
  const limited = left({
    OTEL_ATTRIBUTE_COUNT_LIMIT: '2',
    OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '5',
    OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '2',
    OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: '5',
  });
  assert.deepEqual([limited.attributes, limited.length], [5, 5]);
});

test('none of a thing may be asked for', () => {
  const none = left({
    OTEL_SPAN_EVENT_COUNT_LIMIT: '0',
    OTEL_SPAN_LINK_COUNT_LIMIT: '0',
    OTEL_ATTRIBUTE_COUNT_LIMIT: '0',
  });
  assert.deepEqual([none.attributes, none.events, none.links], [0, 0, 0]);
});
