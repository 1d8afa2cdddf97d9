import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, beforeEach, describe, test } from 'node:test';
import { context, logs, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { emitInto } from '../../src/logs/foreign-provider.ts';
import type { EmitRecord, LogRecord } from '../../src/logs/record.ts';
import { type StartedLogging, startLogging } from '../../src/logs/start-logging.ts';
import { readSettings } from '../../src/settings/read.ts';
import type { StartedTracing } from '../../src/traces/start-tracing.ts';
import { root } from '../child.ts';
import { startOtlpReceiver } from '../otlp-receiver.ts';

/** As it runs in a process, with what it loads. */
const built: typeof import('../../src/logs/logs.ts') = await import(path.join(root, 'dist/logs.js'));
const apiLogs = createRequire(`${root}/test/fixtures/api-logs/`)('@opentelemetry/api-logs');

const span = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
const record: LogRecord = {
  time: 1_700_000_000_123,
  severityNumber: 13,
  severityText: 'warn',
  body: 'stock is low',
  attributes: { article: 7, tags: ['a', 'b'], of: { shop: true } },
  trace: span,
  scope: 'winston',
  eventName: 'stock.low',
};

interface Started {
  readonly logging: StartedLogging;
  readonly dropped: Record<string, number>;
  readonly loads: () => number;
}

const started = (
  env: Readonly<Record<string, string>>,
  tracing: Pick<StartedTracing, 'running' | 'whyNot' | 'logsBy'> = {},
): Started => {
  const dropped: Record<string, number> = {};
  let loads = 0;
  const load = () => {
    loads++;
    return built;
  };
  const logging = startLogging({
    settings: readSettings(env).settings,
    resource: { 'service.name': 'shop' },
    redaction: () => built.createRedaction([]),
    tracing,
    load,
    onDropped: (reason, records) => {
      dropped[reason] = (dropped[reason] ?? 0) + records;
    },
    onFailing: () => assert.fail('it fails'),
    onRecovered: () => assert.fail('it has failed'),
  });
  return { logging, dropped, loads: () => loads };
};

describe('our own records', () => {
  for (const protocol of ['http/protobuf', 'http/json']) {
    test(`arrive with all they say, in ${protocol}`, async () => {
      const receiver = await startOtlpReceiver();
      const { logging, dropped } = started({
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
      });
      try {
        const before = BigInt(Date.now()) * 1_000_000n;
        logging.emit?.(record);
        const { eventName: _, ...without } = record;
        logging.emit?.({ ...without, trace: undefined, scope: 'console', severityNumber: 0, body: null });
        await logging.flush();
        const [first, second] = receiver.logs();
        assert.ok(first !== undefined && second !== undefined);
        assert.ok(first.observedTime >= before && first.observedTime < before + 60_000_000_000n);
        assert.deepEqual(
          { ...first, observedTime: undefined },
          {
            time: 1_700_000_000_123_000_000n,
            observedTime: undefined,
            severityNumber: 13,
            severityText: 'warn',
            body: 'stock is low',
            attributes: { article: 7, tags: ['a', 'b'], of: { shop: true } },
            droppedAttributes: 0,
            eventName: 'stock.low',
            traceId: span.traceId,
            spanId: span.spanId,
            flags: 1,
            scope: { name: 'winston', version: '', schemaUrl: '', attributes: {} },
            resource: { 'service.name': 'shop' },
          },
        );
        assert.deepEqual(
          [
            second.scope.name,
            second.severityNumber,
            second.body,
            second.traceId,
            second.spanId,
            second.flags,
          ],
          ['console', 0, null, '', '', 0],
        );
        assert.deepEqual(dropped, {});
      } finally {
        logging.stop();
        receiver.stop();
      }
    });
  }

  test('that cannot be encoded are counted, and the others arrive', async () => {
    const receiver = await startOtlpReceiver();
    const { logging, dropped } = started({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
    const unreadable = Object.defineProperty({}, 'x', {
      enumerable: true,
      get: () => assert.fail('unreadable'),
    });
    try {
      logging.emit?.({ ...record, attributes: unreadable });
      logging.emit?.(undefined as never);
      logging.emit?.(record);
      await logging.flush();
      assert.equal(receiver.logs().length, 1);
      assert.deepEqual(dropped, { export_failed: 1, invalid_record: 1 });
    } finally {
      logging.stop();
      receiver.stop();
    }
  });
});

/** Another SDK, whose records are kept. */
const sdk = () => {
  const exporter = new InMemoryLogRecordExporter();
  const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
  return { provider, records: () => exporter.getFinishedLogRecords() };
};

describe('our own records, when the logs of the process are another SDK’s', () => {
  const manager = new AsyncLocalStorageContextManager().enable();
  beforeEach(() => {
    logs.disable();
    apiLogs.logs.disable();
    context.disable();
  });
  after(() => {
    logs.disable();
    apiLogs.logs.disable();
    context.disable();
  });

  const said = (emit: EmitRecord | undefined, records: ReturnType<typeof sdk>['records']) => {
    emit?.(record);
    return records().map(one => ({
      time: one.hrTime,
      severity: [one.severityNumber, one.severityText],
      body: one.body,
      attributes: one.attributes,
      eventName: one.eventName,
      scope: one.instrumentationScope.name,
      span: one.spanContext,
    }));
  };
  const expected = [
    {
      time: [1_700_000_000, 123_000_000],
      severity: [13, 'warn'],
      body: 'stock is low',
      attributes: record.attributes,
      eventName: 'stock.low',
      scope: 'winston',
      span,
    },
  ];

  for (const [name, api] of [
    ['@opentelemetry/api', logs],
    ['@opentelemetry/api-logs', apiLogs.logs],
  ] as const) {
    test(`go to one that is registered with ${name}, and to no endpoint`, async () => {
      const receiver = await startOtlpReceiver();
      try {
        const { provider, records } = sdk();
        api.setGlobalLoggerProvider(provider);
        const { logging } = started({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
        assert.deepEqual(said(logging.emit, records), expected);
        assert.deepEqual([logging.to, logging.provider], [['logs to another OpenTelemetry SDK'], undefined]);
        await logging.flush();
        assert.deepEqual([receiver.attempts(), logging.takeAtExit()], [0, []]);
      } finally {
        receiver.stop();
      }
    });
  }

  test('go to that of the configuration file, which is also for libraries of the other API', () => {
    const { provider, records } = sdk();
    logs.setGlobalLoggerProvider(provider);
    const { logging } = started({ OTEL_CONFIG_FILE: 'otel.yaml' }, { logsBy: 'otel.yaml' });
    assert.deepEqual(said(logging.emit, records), expected);
    assert.deepEqual([logging.to, logging.provider], [['logs as otel.yaml says'], provider]);
  });

  test('go nowhere when that is what is asked for', () => {
    logs.setGlobalLoggerProvider(sdk().provider);
    const { logging, loads } = started({ OTEL_LOGS_EXPORTER: 'none' });
    assert.deepEqual([logging.emit, logging.whyNot, loads()], [undefined, 'OTEL_LOGS_EXPORTER=none', 0]);
  });

  test('control: without any of it nothing is loaded', () => {
    const { logging, loads } = started({});
    assert.deepEqual(
      [logging.emit, logging.whyNot, loads()],
      [undefined, 'OTEL_EXPORTER_OTLP_ENDPOINT is not set', 0],
    );
  });

  test('and by a file that describes none, say so', () => {
    assert.deepEqual(
      started({ OTEL_CONFIG_FILE: 'a.yaml' }, { running: {} as never }).logging.whyNot,
      'none by a.yaml',
    );
    assert.equal(
      started({ OTEL_CONFIG_FILE: 'a.yaml' }, { whyNot: 'no package' }).logging.whyNot,
      'no package',
    );
  });

  test('belong to the active context where that is theirs, and to a trace of their own where it is not', () => {
    context.setGlobalContextManager(manager);
    const contexts: unknown[] = [];
    const provider = new LoggerProvider({
      processors: [
        {
          onEmit: (_record, given) => contexts.push(given),
          forceFlush: async () => {},
          shutdown: async () => {},
        },
      ],
    });
    const emit = emitInto(provider, () => assert.fail('failed'));
    const active = trace.setSpanContext(ROOT_CONTEXT, span);
    context.with(active, () => emit(record));
    context.with(trace.setSpanContext(ROOT_CONTEXT, { ...span, spanId: '1'.repeat(16) }), () => emit(record));
    assert.equal(contexts[0], active);
    assert.notEqual(contexts[1], active);
    assert.deepEqual(trace.getSpanContext(contexts[1] as never), span);
    // What a processor may do with it.
    const other = trace.setSpanContext(contexts[1] as never, { ...span, traceId: 'a'.repeat(32) });
    assert.equal(trace.getSpanContext(other)?.traceId, 'a'.repeat(32));
    assert.equal(trace.getSpanContext(trace.deleteSpan(other)), undefined);
  });

  test('never throw what its provider throws', () => {
    let failed = 0;
    const throwing = { getLogger: () => assert.fail('no logger') };
    emitInto(throwing, () => failed++)(record);
    assert.equal(failed, 1);
  });
});
