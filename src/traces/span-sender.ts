import { setTimeout as sleep } from 'node:timers/promises';
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { createDelivery, type DeliveryOptions } from '../otlp/delivery.ts';
import { createPost, type OtlpTarget } from '../otlp/post.ts';
import type { TracesSettings } from '../settings/traces.ts';

export interface SpanSenderOptions extends Pick<DeliveryOptions, 'onFailing' | 'onRecovered'> {
  readonly target: OtlpTarget;
  /** With the milliseconds for all tries of a batch together. */
  readonly settings: Pick<TracesSettings, 'spanExportTimeout'>;
}

/** Sends a batch; `hurry` ends the waiting for another try. */
export type SpanSender = (spans: readonly ReadableSpan[], hurry: AbortSignal) => Promise<void>;

/** Sends a batch by OTLP over HTTP, and again for as long as that may help; rejects when it is given up. */
export const createSpanSender = (options: SpanSenderOptions): SpanSender => {
  const { target, settings, onFailing, onRecovered } = options;
  const serializer = target.protocol === 'http/json' ? JsonTraceSerializer : ProtobufTraceSerializer;
  const deliver = createDelivery({
    post: createPost(target),
    timeoutMs: settings.spanExportTimeout,
    onFailing,
    onRecovered,
    clock: {
      now: () => performance.now(),
      wallClock: Date.now,
      random: Math.random,
      // Rejects when it is aborted, which is an end of the waiting like any other.
      wait: (ms, signal) => sleep(ms, undefined, { ref: false, signal }).catch(() => {}),
    },
  });
  return async (spans, hurry) => {
    const body = serializer.serializeRequest([...spans]);
    if (body === undefined) throw new Error('the spans cannot be encoded');
    await deliver(body, hurry);
  };
};
