import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type LogRecord as ApiRecord,
  type Context,
  type LoggerProvider,
  ROOT_CONTEXT,
  trace,
} from '@opentelemetry/api';
import {
  InMemoryLogRecordExporter,
  type ReadableLogRecord,
  LoggerProvider as SdkLoggerProvider,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs';
import fc from 'fast-check';
import { createLoggerProvider } from '../../src/logs/logger-provider.ts';
import type { OutgoingRecord } from '../../src/logs/outgoing-record.ts';
import type { JsonObject, Redaction } from '../../src/redaction/redaction.ts';
import { createUrlRedaction } from '../../src/redaction/url.ts';

const now = 1_700_000_000_123;

/** Leaves everything as it is: what the SDK does. */
const none: Redaction = {
  text: text => text,
  data: value => value as string,
  properties: object =>
    Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as JsonObject,
  url: createUrlRedaction([]),
  hiddenUnder: () => 0,
};

interface Options {
  readonly active?: Context;
  readonly limits?: { readonly count: number; readonly valueLength: number | undefined };
  readonly redaction?: Redaction;
}

const provided = ({ active, redaction = none, limits }: Options = {}) => {
  const records: OutgoingRecord[] = [];
  let invalid = 0;
  let open = true;
  const provider = createLoggerProvider({
    resource: { attributes: { 'service.name': 'test' } },
    limits: limits ?? { count: 128, valueLength: undefined },
    wallClock: () => now,
    timeOrigin: performance.timeOrigin,
    redaction,
    activeContext: () => active,
    add: record => records.push(record),
    onInvalid: () => invalid++,
    isOpen: () => open,
  });
  const close = (): void => {
    open = false;
  };
  return { provider, records, invalid: () => invalid, close };
};

/** What is compared of a record: all that is sent, with the resource apart. */
const said = (record: ReadableLogRecord | OutgoingRecord): object => ({
  time: record.hrTime,
  severity: [record.severityNumber, record.severityText],
  body: record.body,
  attributes: record.attributes,
  dropped: record.droppedAttributesCount,
  span: record.spanContext && [
    record.spanContext.traceId,
    record.spanContext.spanId,
    record.spanContext.traceFlags,
  ],
  eventName: record.eventName,
  scope: [record.instrumentationScope.name, record.instrumentationScope.version],
  schemaUrl: record.instrumentationScope.schemaUrl,
  scopeAttributes: record.instrumentationScope.attributes ?? {},
});

/** The same calls to both. */
const both = (call: (provider: LoggerProvider) => void, { limits }: Pick<Options, 'limits'> = {}) => {
  const exporter = new InMemoryLogRecordExporter();
  const sdk = new SdkLoggerProvider({
    processors: [new SimpleLogRecordProcessor({ exporter })],
    ...(limits && {
      logRecordLimits: {
        attributeCountLimit: limits.count,
        attributeValueLengthLimit: limits.valueLength ?? Number.POSITIVE_INFINITY,
      },
    }),
  });
  const ours = provided(limits && { limits });
  for (const provider of [sdk, ours.provider]) call(provider as LoggerProvider);
  assert.equal(ours.invalid(), 0);
  return [ours.records.map(said), exporter.getFinishedLogRecords().map(said)] as const;
};

const span = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
const within = (context: object): Context => trace.setSpanContext(ROOT_CONTEXT, context as typeof span);

type Attributed = { readonly attributes: object };

describe('a logger of OpenTelemetry’s API', () => {
  const text = fc.string({ unit: 'binary', maxLength: 30 });
  /** The SDK takes one of them for the prototype of its attributes; what we do with it is a test of its own. */
  const key = text.filter(name => name !== '__proto__');
  const single = fc.oneof(text, fc.integer(), fc.double(), fc.boolean(), fc.constant(null));
  const value = fc.oneof(
    single,
    fc.array(single, { maxLength: 4 }),
    fc.dictionary(key, single, { maxKeys: 3, noNullPrototype: true }),
  );
  const origin = Math.ceil(performance.timeOrigin);
  const time = fc.oneof(
    fc.integer({ min: 0, max: 1e6 }),
    fc.double({ min: 0, max: 1e6, noNaN: true }),
    fc.integer({ min: origin, max: 2 * origin }),
    fc.double({ min: origin, max: 2 * origin, noNaN: true }),
    fc.date({ min: new Date(0), max: new Date('2200-01-01'), noInvalidDate: true }),
    fc.tuple(fc.integer({ min: 0, max: 2 ** 33 }), fc.integer({ min: 0, max: 999_999_999 })),
  );
  const exception = fc.oneof(
    fc.constantFrom(
      new Error('thrown'),
      new TypeError(''),
      Object.assign(new Error('no file'), { code: 'ENOENT' }),
      Object.assign(new Error('number'), { code: 7 }),
      'a text',
      42,
      { message: 'like one' },
      { name: 'Odd' },
      {},
    ),
  );
  const record = fc.record({
    timestamp: time,
    severityNumber: fc.option(fc.integer({ min: 0, max: 24 }), { nil: undefined }),
    severityText: fc.option(text, { nil: undefined }),
    body: fc.option(value, { nil: undefined }),
    attributes: fc.option(
      fc.dictionary(
        fc.oneof(
          fc.string({ minLength: 1, maxLength: 9 }).filter(name => name !== '__proto__'),
          fc.constantFrom('exception.type', 'exception.message'),
        ),
        fc.option(value, { nil: undefined }),
        { maxKeys: 6, noNullPrototype: true },
      ),
      { nil: undefined },
    ),
    exception: fc.option(exception, { nil: undefined }),
    eventName: fc.option(text, { nil: undefined }),
    context: fc.constantFrom(
      ROOT_CONTEXT,
      within(span),
      within({ ...span, traceFlags: 0 }),
      within({ ...span, traceId: '0'.repeat(32) }),
      within({ ...span, spanId: 'short' }),
    ),
  }) as fc.Arbitrary<ApiRecord>;

  for (const limits of [undefined, { count: 3, valueLength: 5 }, { count: 0, valueLength: undefined }]) {
    const name = limits === undefined ? 'without limits' : `with ${JSON.stringify(limits)}`;
    test(`says of whatever is emitted what the SDK says, ${name}`, () => {
      fc.assert(
        fc.property(fc.array(record, { minLength: 1, maxLength: 4 }), records => {
          const [ours, theirs] = both(provider => {
            const logger = provider.getLogger('shop', '1.2', { schemaUrl: 'https://schema' });
            for (const each of records) logger.emit(each);
          }, limits && { limits });
          assert.deepEqual(ours, theirs);
        }),
        { numRuns: 500 },
      );
    });
  }

  test('keeps an attribute named __proto__, which the SDK takes for the prototype of the others', () => {
    for (const limits of [undefined, { count: 3, valueLength: 5 }]) {
      const attributes = JSON.parse('{"__proto__":null,"a":1}');
      const emit = (provider: LoggerProvider): void => provider.getLogger('shop').emit({ attributes });
      const [[ours], [theirs]] = both(emit, limits && { limits }) as readonly [
        readonly Attributed[],
        readonly Attributed[],
      ];
      assert.deepEqual(ours?.attributes, attributes);
      assert.equal(Object.getPrototypeOf(ours?.attributes), Object.prototype);
      assert.notDeepEqual(theirs?.attributes, attributes);
    }
  });

  test('control: the comparison notices another body, another time and another trace', () => {
    const emit = (one: ApiRecord) =>
      both(provider => provider.getLogger('a').emit({ timestamp: 1e12, ...one }))[0];
    const [plain] = emit({ context: within(span) });
    for (const other of [{ body: 'x' }, { timestamp: 2e12 }, { context: ROOT_CONTEXT }]) {
      assert.notDeepEqual(emit({ context: within(span), ...other })[0], plain);
    }
  });

  test('has a scope as the SDK makes it, also without a name', () => {
    const scopes: readonly Parameters<LoggerProvider['getLogger']>[] = [
      ['shop'],
      ['shop', '1'],
      ['shop', '1', { schemaUrl: 'https://schema', attributes: { of: 'scope', count: 3 } }],
      [''],
    ];
    const [ours, theirs] = both(provider => {
      for (const scope of scopes) provider.getLogger(...scope).emit({ timestamp: 1e12 });
    });
    assert.deepEqual(ours, theirs);
  });

  test('is the same for the same scope, which many can ask for', () => {
    const { provider } = provided();
    assert.equal(provider.getLogger('a', '1'), provider.getLogger('a', '1'));
    assert.notEqual(provider.getLogger('a', '1'), provider.getLogger('a', '2'));
  });

  test('takes the active context when none is given, and the time of the call', () => {
    const { provider, records } = provided({ active: within(span) });
    provider.getLogger('a').emit({ body: 'now' });
    assert.deepEqual(
      [records[0]?.spanContext?.traceId, records[0]?.hrTime, records[0]?.hrTimeObserved],
      [span.traceId, [1_700_000_000, 123_000_000], [1_700_000_000, 123_000_000]],
    );
  });

  test('is enabled until it is stopped', () => {
    const { provider, close } = provided();
    const logger = provider.getLogger('a');
    assert.equal(logger.enabled(), true);
    close();
    assert.equal(logger.enabled(), false);
  });

  test('passes body, attributes and exception through the redaction', () => {
    const redaction: Redaction = {
      ...none,
      text: () => 'text',
      data: () => 'data',
      properties: object => Object.fromEntries(Object.keys(object).map(name => [name, 'property'])),
    };
    const { provider, records } = provided({ redaction });
    provider.getLogger('a', '1', { attributes: { of: 'scope' } }).emit({
      body: 'a body',
      attributes: { one: 1 },
      exception: new Error('secret'),
    });
    assert.deepEqual(
      [records[0]?.body, records[0]?.attributes, records[0]?.instrumentationScope.attributes],
      [
        'data',
        {
          one: 'property',
          'exception.type': 'text',
          'exception.message': 'text',
          'exception.stacktrace': 'text',
        },
        { of: 'property' },
      ],
    );
  });

  test('never throws, whatever it is given: a record is taken, or counted as invalid', () => {
    const throwing = new Proxy({}, { get: () => assert.fail('get'), ownKeys: () => assert.fail('keys') });
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    const odd: readonly unknown[] = [
      undefined,
      null,
      0,
      'text',
      throwing,
      circular,
      Symbol('odd'),
      10n ** 30n,
      () => {},
      Number.NaN,
      new Date(Number.NaN),
      [Number.NaN, -1],
      [2 ** 60, 0],
      [],
      { getValue: 7 },
      { getValue: () => ({ spanContext: () => ({ traceId: 7 }) }) },
      { getValue: () => assert.fail('getValue') },
    ];
    const { provider, records, invalid } = provided();
    let emitted = 0;
    for (const one of odd) {
      const logger = provider.getLogger(one as string, one as string, one as object);
      logger.emit(one as object);
      emitted++;
      for (const name of [
        'timestamp',
        'observedTimestamp',
        'severityNumber',
        'severityText',
        'body',
        'attributes',
        'exception',
        'eventName',
        'context',
      ]) {
        logger.emit({ [name]: one });
        emitted++;
      }
    }
    assert.equal(records.length + invalid(), emitted);
    assert.ok(records.length > emitted / 2, `${records.length} of ${emitted}`);
    for (const { hrTime, severityNumber } of records) {
      assert.ok(hrTime.every(Number.isInteger), String(hrTime));
      assert.ok(severityNumber === undefined || Number.isInteger(severityNumber));
    }
  });

  test('remembers no more scopes than an application can have', () => {
    const { provider, records } = provided();
    for (let index = 0; index < 3_000; index++) provider.getLogger(`scope ${index}`).emit({});
    assert.equal(records.length, 3_000);
    assert.notEqual(provider.getLogger('scope 2000'), provider.getLogger('scope 2000'));
    assert.equal(provider.getLogger('scope 7'), provider.getLogger('scope 7'));
  });
});
