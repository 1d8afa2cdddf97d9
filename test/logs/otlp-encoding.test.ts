import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type AnyValue, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { JsonLogsSerializer, ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  type ReadableLogRecord,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs';
import fc from 'fast-check';
import type { OutgoingRecord } from '../../src/logs/outgoing-record.ts';
import { createRecordEncoder } from '../../src/logs/record-encoding.ts';
import { jsonRequest } from '../../src/logs/record-sender.ts';
import { wholeLogsRequest } from '../otlp-protobuf.ts';
import { readLogs } from '../received-logs.ts';

const resource = resourceFromAttributes(
  { 'service.name': 'größe', 'process.pid': 7 },
  { schemaUrl: 'https://opentelemetry.io/schemas/1.37.0' },
);

/** What the SDK makes of records that an application could make. */
const collected = (make: (provider: LoggerProvider) => void): readonly ReadableLogRecord[] => {
  const exporter = new InMemoryLogRecordExporter();
  make(new LoggerProvider({ resource, processors: [new SimpleLogRecordProcessor({ exporter })] }));
  return exporter.getFinishedLogRecords();
};

const { encode, request } = createRecordEncoder();
const outgoing = (records: readonly ReadableLogRecord[]) => records as unknown as readonly OutgoingRecord[];
const bytes = (records: readonly ReadableLogRecord[]): Uint8Array => request(outgoing(records).map(encode));
const ours = (records: readonly ReadableLogRecord[]): unknown => wholeLogsRequest(bytes(records));
const theirs = (records: readonly ReadableLogRecord[]): unknown =>
  wholeLogsRequest(ProtobufLogsSerializer.serializeRequest([...records]) ?? new Uint8Array());

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom('', 'a'.repeat(63), 'a'.repeat(64), 'ü'.repeat(64), '\ud800', 'a\udfffb', '😀'.repeat(50)),
);
const number = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.maxSafeInteger(),
  fc.constantFrom(0, -0, -1, 127, 128, 16_383, 16_384, 2 ** 32, -(2 ** 53), 2 ** 62, 2 ** 63, 1e300),
);
const { value } = fc.letrec<{ value: AnyValue; single: AnyValue }>(tie => ({
  single: fc.oneof(text, number, fc.boolean(), fc.constant(null), fc.uint8Array({ maxLength: 40 })),
  value: fc.oneof(
    { maxDepth: 3 },
    tie('single'),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string({ maxLength: 20 }), tie('value'), { maxKeys: 4 }),
  ),
}));
const attributes = fc.dictionary(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), value, {
  maxKeys: 8,
});
const id = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
const time = fc.tuple(fc.integer({ min: 0, max: 2 ** 34 }), fc.integer({ min: 0, max: 999_999_999 }));
const made = fc.record({
  scope: fc.constantFrom(
    { name: 'first', version: '1', options: undefined },
    { name: 'second', version: undefined, options: { schemaUrl: 'https://schema/1' } },
    { name: 'second', version: undefined, options: { attributes: { of: 'scope', count: 3 } } },
  ),
  timestamp: time,
  observedTimestamp: time,
  severityNumber: fc.option(fc.integer({ min: 0, max: 24 }), { nil: undefined }),
  severityText: fc.option(text, { nil: undefined }),
  body: fc.option(value, { nil: undefined }),
  attributes,
  eventName: fc.option(text, { nil: undefined }),
  span: fc.option(fc.record({ traceId: id(32), spanId: id(16), traceFlags: fc.constantFrom(0, 1, 3) }), {
    nil: undefined,
  }),
});

type Made = typeof made extends fc.Arbitrary<infer One> ? One : never;

const recordsOf = (all: readonly Made[]): readonly ReadableLogRecord[] =>
  collected(provider => {
    for (const { scope, span, ...record } of all) {
      const context = span === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, span);
      const logger = provider.getLogger(scope.name, scope.version, scope.options as never);
      logger.emit({ ...record, context } as never);
    }
  });

describe('the encoding of log records', () => {
  test('says what OpenTelemetry’s says, of whatever records', () => {
    let attributes = 0;
    fc.assert(
      fc.property(fc.array(made, { minLength: 1, maxLength: 6 }), all => {
        const records = recordsOf(all);
        assert.equal(records.length, all.length);
        attributes += records.reduce((sum, record) => sum + Object.keys(record.attributes).length, 0);
        assert.deepEqual(ours(records), theirs(records));
      }),
      { numRuns: 500 },
    );
    assert.ok(attributes > 1_000, `${attributes} attributes`);
  });

  test('says the same in JSON as in protobuf, as the receiver of the tests reads it', () => {
    const records = collected(provider =>
      provider.getLogger('shop', '2').emit({
        timestamp: [1_700_000_000, 123_456_789],
        severityNumber: 13,
        severityText: 'warn',
        body: { text: 'grüße', list: [1, 0.5, true, null] },
        attributes: { order: 7, 'user.id': 'u1' },
        eventName: 'order.late',
      }),
    );
    const inJson = jsonRequest(outgoing(records));
    assert.deepEqual(inJson, JsonLogsSerializer.serializeRequest([...records]));
    const read = readLogs(Buffer.from(inJson), 'application/json');
    assert.deepEqual(readLogs(Buffer.from(bytes(records)), 'application/x-protobuf'), read);
    assert.deepEqual(
      [read[0]?.time, read[0]?.body, read[0]?.scope.name],
      [1_700_000_000_123_456_789n, { text: 'grüße', list: [1, 0.5, true, null] }, 'shop'],
    );
  });

  test('is noticed when it says something else', () => {
    const [one, other] = collected(provider => {
      for (const body of ['one', 'other']) provider.getLogger('test').emit({ body, timestamp: 0 });
    }) as [ReadableLogRecord, ReadableLogRecord];
    assert.notDeepEqual(ours([one]), theirs([other]));
    assert.notDeepEqual(ours([one]), theirs([one, one]));
  });

  test('has room for records of every size, one after the other', () => {
    const sizes = [1, 100, 70_000, 3, 65_536, 300_000, 20, 127, 128, 16_383, 16_384, 2_097_152];
    const records = collected(provider => {
      for (const size of sizes) provider.getLogger('test').emit({ body: 'x'.repeat(size) });
    });
    assert.deepEqual(ours(records), theirs(records));
  });

  test('keeps a record as it is while others are encoded', () => {
    const records = collected(provider => {
      for (let index = 0; index < 2_000; index++) {
        provider.getLogger('test').emit({ body: `record ${index}`, attributes: { index } });
      }
    });
    assert.deepEqual(ours(records), theirs(records));
  });

  test('goes on after a record that cannot be encoded', () => {
    const records = collected(provider => provider.getLogger('test').emit({ body: 'one' }));
    const broken = Object.create(outgoing(records)[0] as object, {
      eventName: { get: () => assert.fail('unreadable') },
    });
    assert.throws(() => encode(broken), { message: 'unreadable' });
    assert.deepEqual(ours(records), theirs(records));
  });
});
