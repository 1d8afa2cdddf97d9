import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { createDelivery, realClock } from '../otlp/delivery.ts';
import { createPost, type OtlpTarget } from '../otlp/post.ts';
import type { TracesSettings } from '../settings/traces.ts';
import { createGrpcPost, type GrpcSenderTarget } from './grpc-post.ts';
import type { EncodedSpan } from './span-encoding.ts';

export interface SpanSenderOptions<Target> {
  readonly target: Target;
  /** With the milliseconds for all tries of a batch together. */
  readonly settings: Pick<TracesSettings, 'spanExportTimeout'>;
  /** Told once for each row of failures, and once when it is over. */
  readonly onFailing: (error: unknown) => void;
  readonly onRecovered: () => void;
}

/**
 * Sends a batch by OTLP, and again for as long as that may help; returns how many of its spans the receiver says that it
 * rejects, and rejects when the batch is given up. `hurry` ends the waiting for another try.
 */
export type SpanSender<Item> = (spans: readonly Item[], hurry: AbortSignal) => Promise<number>;

/** @param request makes the body of a batch */
export const createProtobufSender = (
  options: SpanSenderOptions<OtlpTarget>,
  request: (spans: readonly EncodedSpan[]) => Uint8Array,
): SpanSender<EncodedSpan> => overHttp(options, request, ProtobufTraceSerializer);

export const createJsonSender = (options: SpanSenderOptions<OtlpTarget>): SpanSender<ReadableSpan> =>
  overHttp(options, jsonRequest, JsonTraceSerializer);

/** An `ExportTraceServiceRequest` in JSON. */
export const jsonRequest = (spans: readonly ReadableSpan[]): Uint8Array => {
  const body = JsonTraceSerializer.serializeRequest([...spans]);
  if (body === undefined) throw new Error('the spans cannot be encoded');
  return body;
};

export const createGrpcSender = (options: SpanSenderOptions<GrpcSenderTarget>): SpanSender<ReadableSpan> => {
  const deliver = createDelivery({ ...deliveryOf(options), post: createGrpcPost(options.target) });
  return async (spans, hurry) => {
    await deliver(spans, hurry);
    return 0;
  };
};

const overHttp = <Item>(
  options: SpanSenderOptions<OtlpTarget>,
  request: (spans: readonly Item[]) => Uint8Array,
  answers: AnswerReader,
): SpanSender<Item> => {
  const deliver = createDelivery({ ...deliveryOf(options), post: createPost(options.target) });
  return async (spans, hurry) => {
    const answer = await deliver(request(spans), hurry);
    return answer.length === 0 ? 0 : rejectedIn(answer, answers, spans.length);
  };
};

const deliveryOf = ({ settings, onFailing, onRecovered }: SpanSenderOptions<unknown>) =>
  ({ timeoutMs: settings.spanExportTimeout, onFailing, onRecovered, clock: realClock }) as const;

type AnswerReader = Pick<typeof ProtobufTraceSerializer, 'deserializeResponse'>;

/** An answer that cannot be read says nothing about spans. Source: OTLP specification, "Partial Success". */
const rejectedIn = (answer: Uint8Array, answers: AnswerReader, sent: number): number => {
  try {
    // In JSON a 64-bit number is a text.
    const rejected = Number(answers.deserializeResponse(answer).partialSuccess?.rejectedSpans ?? 0);
    return rejected > 0 ? Math.min(Math.floor(rejected), sent) : 0;
  } catch {
    return 0;
  }
};
