import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { SendBatch } from '../otlp/batch-queue.ts';
import { createDelivery, realClock } from '../otlp/delivery.ts';
import type { DeliveryState } from '../otlp/destination.ts';
import type { EncodedItem } from '../otlp/export-request.ts';
import { createHttpSender } from '../otlp/http-sender.ts';
import type { OtlpTarget } from '../otlp/post.ts';
import type { TracesSettings } from '../settings/traces.ts';
import { createGrpcPost, type GrpcSenderTarget } from './grpc-post.ts';

export interface SpanSenderOptions<Target> extends DeliveryState {
  readonly target: Target;
  /** With the milliseconds for all tries of a batch together. */
  readonly settings: Pick<TracesSettings, 'spanExportTimeout'>;
}

/** @param request makes the body of a batch */
export const createProtobufSender = (
  options: SpanSenderOptions<OtlpTarget>,
  request: (spans: readonly EncodedItem[]) => Uint8Array,
): SendBatch<EncodedItem> => overHttp(options, request, ProtobufTraceSerializer);

export const createJsonSender = (options: SpanSenderOptions<OtlpTarget>): SendBatch<ReadableSpan> =>
  overHttp(options, jsonRequest, JsonTraceSerializer);

/** An `ExportTraceServiceRequest` in JSON. */
export const jsonRequest = (spans: readonly ReadableSpan[]): Uint8Array => {
  const body = JsonTraceSerializer.serializeRequest([...spans]);
  if (body === undefined) throw new Error('the spans cannot be encoded');
  return body;
};

export const createGrpcSender = ({
  target,
  settings,
  onFailing,
  onRecovered,
}: SpanSenderOptions<GrpcSenderTarget>): SendBatch<ReadableSpan> => {
  const deliver = createDelivery({
    post: createGrpcPost(target),
    timeoutMs: settings.spanExportTimeout,
    onFailing,
    onRecovered,
    clock: realClock,
  });
  return async (spans, hurry) => {
    await deliver(spans, hurry);
    return 0;
  };
};

const overHttp = <Item>(
  options: SpanSenderOptions<OtlpTarget>,
  request: (spans: readonly Item[]) => Uint8Array,
  answers: Pick<typeof ProtobufTraceSerializer, 'deserializeResponse'>,
): SendBatch<Item> =>
  createHttpSender({
    ...options,
    timeoutMs: options.settings.spanExportTimeout,
    request,
    rejectedIn: answer => answers.deserializeResponse(answer).partialSuccess?.rejectedSpans,
  });
