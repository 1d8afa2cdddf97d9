import { type LogRecord as ApiRecord, type Logger, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { ExportResultCode } from '@opentelemetry/core';
import { ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { createLoggerProvider } from '../src/logs/logger-provider.ts';
import { createOutgoing, type OutgoingRecord } from '../src/logs/outgoing-record.ts';
import type { LogRecord } from '../src/logs/record.ts';
import { createRecordEncoder } from '../src/logs/record-encoding.ts';
import { createDestination } from '../src/otlp/destination.ts';
import type { JsonObject, Redaction } from '../src/redaction/redaction.ts';
import { createUrlRedaction } from '../src/redaction/url.ts';
import { type Report, spreadText } from './report.ts';
import { ratiosOf, rotated, spreadOf } from './statistics.ts';

/** Takes records and sends them to nobody: all but the request itself. */
interface Way {
  readonly emit: (index: number) => void;
  readonly flush: () => Promise<void>;
  /** Bytes of the bodies that would have been sent. */
  readonly bytes: () => number;
}

const perTurn = 200;
const turns = 150;
const warmUpRounds = 3;
const limits = { maxQueueSize: 2_048, maxBatchSize: 512, delayMs: 1_000 };

const resource = { 'service.name': 'bench', 'telemetry.sdk.language': 'nodejs', 'host.name': 'here' };
const span = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
const context = trace.setSpanContext(ROOT_CONTEXT, span);

/** As a record of a request has them. */
const attributesOf = (index: number): JsonObject => ({
  method: 'GET',
  url: `/api/v1/users/${index}`,
  route: '/api/v1/users/:id',
  status: 200,
  duration: 12.5,
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36',
  ip: '203.0.113.7',
});

const apiRecord = (index: number): ApiRecord => ({
  severityNumber: 9,
  severityText: 'info',
  body: 'Request completed',
  attributes: attributesOf(index) as Record<string, string | number>,
  context,
});

const emitter = (logger: Logger) => (index: number) => logger.emit(apiRecord(index));

const destination = () => {
  const { encode, request } = createRecordEncoder();
  let bytes = 0;
  const queue = createDestination<OutgoingRecord, ReturnType<typeof encode>>({
    ...limits,
    url: 'http://nobody',
    encode,
    createSender: () => async batch => {
      bytes += request(batch).length;
      return 0;
    },
    atExit: undefined,
    onDropped: reason => {
      throw new Error(`dropped: ${reason}`);
    },
    onFailing: () => {},
    onRecovered: () => {},
  });
  return { ...queue, bytes: () => bytes };
};

const outgoing = {
  resource: { attributes: resource },
  limits: { count: 128, valueLength: undefined },
  wallClock: Date.now,
};

const ours = (): Way => {
  const { add, flush, bytes } = destination();
  const make = createOutgoing(outgoing);
  const record = (index: number): LogRecord => ({
    time: Date.now(),
    severityNumber: 9,
    severityText: 'info',
    body: 'Request completed',
    attributes: attributesOf(index),
    trace: span,
    scope: 'bench',
  });
  return { emit: index => add(make(record(index))), flush, bytes };
};

/** Its own cost is measured where it is made. */
const noRedaction: Redaction = {
  text: text => text,
  data: value => value as string,
  properties: object => object as JsonObject,
  url: createUrlRedaction([]),
  hiddenUnder: () => 0,
};

const oursByApi = (): Way => {
  const { add, flush, bytes } = destination();
  const provider = createLoggerProvider({
    ...outgoing,
    redaction: noRedaction,
    timeOrigin: performance.timeOrigin,
    activeContext: () => undefined,
    add,
    onInvalid: () => {
      throw new Error('invalid');
    },
    isOpen: () => true,
  });
  return { emit: emitter(provider.getLogger('bench')), flush, bytes };
};

const openTelemetry = (): Way => {
  let bytes = 0;
  const exporter = {
    export: (
      records: Parameters<typeof ProtobufLogsSerializer.serializeRequest>[0],
      done: (result: { code: ExportResultCode }) => void,
    ) => {
      bytes += ProtobufLogsSerializer.serializeRequest(records)?.length ?? 0;
      done({ code: ExportResultCode.SUCCESS });
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const processor = new BatchLogRecordProcessor({
    exporter,
    maxQueueSize: limits.maxQueueSize,
    maxExportBatchSize: limits.maxBatchSize,
    scheduledDelayMillis: limits.delayMs,
  });
  const provider = new LoggerProvider({
    resource: resourceFromAttributes(resource),
    processors: [processor],
  });
  return {
    emit: emitter(provider.getLogger('bench')),
    flush: () => processor.forceFlush(),
    bytes: () => bytes,
  };
};

/** What one log record costs from its making to the body of the request that it is sent with. */
export const logRecords = async (rounds = 21): Promise<Report> => {
  const ways = [
    { name: 'ours', way: ours(), spent: [] as number[] },
    { name: 'ours, through OpenTelemetry’s API', way: oursByApi(), spent: [] as number[] },
    { name: 'OpenTelemetry SDK', way: openTelemetry(), spent: [] as number[] },
  ];
  for (let round = -warmUpRounds; round < rounds; round++) {
    for (const { way, spent } of rotated(ways, round + warmUpRounds)) {
      const microseconds = await cpuPerRecord(way);
      if (round >= 0) spent.push(microseconds);
    }
  }
  const sdk = ways[2]?.spent ?? [];
  const ratios = ways.map(({ spent }) => ratiosOf(spent, sdk));
  const perRecord = ways.map(({ way }) => way.bytes() / ((rounds + warmUpRounds) * perTurn * turns));
  return {
    title: 'Log records',
    method: [
      `Load: ${perTurn * turns} records per round and way, each with ${Object.keys(attributesOf(0)).length} attributes and a trace, ${perTurn} in each turn of the event loop, in one process. Rounds: ${rounds}, in turn, after ${warmUpRounds} to warm up.`,
      'Measured: user and system CPU of the process, garbage collection included, for one record: made, encoded in protobuf, queued, and put into the body of its batch. Sending and redaction are left out.',
    ],
    tables: [
      {
        caption: 'One log record',
        head: ['way', 'µs CPU (min / median / max)', '× SDK (min / median / max)', 'bytes'],
        rows: ways.map(({ name, spent }, index) => [
          name,
          spreadText(spreadOf(spent), 2),
          spreadText(ratios[index] ?? ratiosOf(spent, sdk), 2),
          (perRecord[index] ?? 0).toFixed(0),
        ]),
      },
    ],
    goals: [
      {
        goal: 'one record at most at the SDK’s cost',
        measured: `${ratios[0]?.median.toFixed(2)} × SDK`,
        reached: (ratios[0]?.median ?? 2) <= 1,
      },
    ],
  };
};

const cpuPerRecord = async ({ emit, flush }: Way): Promise<number> => {
  const before = process.cpuUsage();
  for (let turn = 0; turn < turns; turn++) {
    for (let index = 0; index < perTurn; index++) emit(index);
    await new Promise(resolve => setImmediate(resolve));
  }
  await flush();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / (perTurn * turns);
};
