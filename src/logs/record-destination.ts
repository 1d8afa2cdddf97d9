import { createRequire } from 'node:module';
import { createDestination, type Destination } from '../otlp/destination.ts';
import type { OtlpTarget } from '../otlp/post.ts';
import type { LogsSettings } from '../settings/logs.ts';
import { createConsoleDestination } from './console-destination.ts';
import type { OutgoingRecord } from './outgoing-record.ts';
import { createRecordEncoder } from './record-encoding.ts';

/** Where log records go. */
export type RecordTarget = 'console' | OtlpTarget;

export interface RecordDestinationOptions {
  readonly settings: Pick<
    LogsSettings,
    'logRecordQueueSize' | 'logRecordBatchSize' | 'logRecordDelay' | 'logRecordExportTimeout'
  >;
  readonly onDropped: (reason: string, records: number) => void;
  /** Told once, with its host, when the receiver does not take log records, and once when it does again. */
  readonly onFailing: (host: string, error: unknown) => void;
  readonly onRecovered: () => void;
}

/** What takes the log records for one target. */
export const createRecordDestination = (
  target: RecordTarget,
  options: RecordDestinationOptions,
): Destination<OutgoingRecord> => {
  if (target === 'console') return createConsoleDestination(() => options.onDropped('export_failed', 1));
  const { settings, onDropped, onFailing, onRecovered } = options;
  const shared = {
    url: target.url,
    maxQueueSize: settings.logRecordQueueSize,
    maxBatchSize: settings.logRecordBatchSize,
    delayMs: settings.logRecordDelay,
    onDropped,
    onFailing,
    onRecovered,
  };
  const timeoutMs = settings.logRecordExportTimeout;
  if (target.protocol === 'http/json') {
    return createDestination({
      ...shared,
      encode: (record: OutgoingRecord) => record,
      createSender: state => loadSender().createJsonSender({ ...state, timeoutMs, target }),
      atExit: { target, request: records => loadSender().jsonRequest(records) },
    });
  }
  const { encode, request } = createRecordEncoder();
  return createDestination({
    ...shared,
    encode,
    createSender: state => loadSender().createProtobufSender({ ...state, timeoutMs, target }, request),
    atExit: { target, request },
  });
};

/** Loaded with the first batch, synchronously, because a process that ends may need it at once. */
const loadSender = (): typeof import('./record-sender.ts') =>
  createRequire(import.meta.url)('./log-sender.js');
