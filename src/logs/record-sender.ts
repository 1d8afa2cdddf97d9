import { JsonLogsSerializer, ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { SendBatch } from '../otlp/batch-queue.ts';
import type { DeliveryState } from '../otlp/destination.ts';
import type { EncodedItem } from '../otlp/export-request.ts';
import { createHttpSender } from '../otlp/http-sender.ts';
import type { OtlpTarget } from '../otlp/post.ts';
import type { OutgoingRecord } from './outgoing-record.ts';

export interface RecordSenderOptions extends DeliveryState {
  readonly target: OtlpTarget;
  /** For all tries of a batch together. */
  readonly timeoutMs: number;
}

/** @param request makes the body of a batch */
export const createProtobufSender = (
  options: RecordSenderOptions,
  request: (records: readonly EncodedItem[]) => Uint8Array,
): SendBatch<EncodedItem> =>
  createHttpSender({ ...options, request, rejectedIn: rejectedBy(ProtobufLogsSerializer) });

export const createJsonSender = (options: RecordSenderOptions): SendBatch<OutgoingRecord> =>
  createHttpSender({ ...options, request: jsonRequest, rejectedIn: rejectedBy(JsonLogsSerializer) });

/** An `ExportLogsServiceRequest` in JSON. */
export const jsonRequest = (records: readonly OutgoingRecord[]): Uint8Array => {
  // Of a resource, only what ours have is read.
  const body = JsonLogsSerializer.serializeRequest(records as unknown as ReadableLogRecord[]);
  if (body === undefined) throw new Error('the log records cannot be encoded');
  return body;
};

const rejectedBy =
  ({ deserializeResponse }: Pick<typeof ProtobufLogsSerializer, 'deserializeResponse'>) =>
  (answer: Uint8Array): unknown =>
    deserializeResponse(answer).partialSuccess?.rejectedLogRecords;
