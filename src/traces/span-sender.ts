import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { createDelivery, realClock } from '../otlp/delivery.ts';
import { createPost, type OtlpTarget } from '../otlp/post.ts';
import type { TracesSettings } from '../settings/traces.ts';
import { createGrpcPost, type GrpcSenderTarget } from './grpc-post.ts';

export interface SpanSenderOptions {
  readonly target: OtlpTarget | GrpcSenderTarget;
  /** With the milliseconds for all tries of a batch together. */
  readonly settings: Pick<TracesSettings, 'spanExportTimeout'>;
  /** Told once for each row of failures, and once when it is over. */
  readonly onFailing: (error: unknown) => void;
  readonly onRecovered: () => void;
}

/** Sends a batch, and returns how many of its spans the receiver says that it rejects; `hurry` ends the waiting for another try. */
export type SpanSender = (spans: readonly ReadableSpan[], hurry: AbortSignal) => Promise<number>;

/** Sends a batch by OTLP, and again for as long as that may help; rejects when it is given up. */
export const createSpanSender = (options: SpanSenderOptions): SpanSender => {
  const { target, settings, onFailing, onRecovered } = options;
  const shared = { timeoutMs: settings.spanExportTimeout, onFailing, onRecovered, clock: realClock };
  if (target.protocol === 'grpc') {
    const deliver = createDelivery({ ...shared, post: createGrpcPost(target) });
    return async (spans, hurry) => {
      await deliver(spans, hurry);
      return 0;
    };
  }
  const serializer = target.protocol === 'http/json' ? JsonTraceSerializer : ProtobufTraceSerializer;
  const deliver = createDelivery({ ...shared, post: createPost(target) });
  return async (spans, hurry) => {
    const body = serializer.serializeRequest([...spans]);
    if (body === undefined) throw new Error('the spans cannot be encoded');
    const answer = await deliver(body, hurry);
    return answer.length === 0 ? 0 : rejectedIn(answer, serializer, spans.length);
  };
};

/** An answer that cannot be read says nothing about spans. Source: OTLP specification, "Partial Success". */
const rejectedIn = (
  answer: Uint8Array,
  serializer: Pick<typeof ProtobufTraceSerializer, 'deserializeResponse'>,
  sent: number,
): number => {
  try {
    // In JSON a 64-bit number is a text.
    const rejected = Number(serializer.deserializeResponse(answer).partialSuccess?.rejectedSpans ?? 0);
    return rejected > 0 ? Math.min(Math.floor(rejected), sent) : 0;
  } catch {
    return 0;
  }
};
