import { setTimeout as sleep } from 'node:timers/promises';
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { createPost, type OtlpTarget, type PostError } from '../otlp/post.ts';
import { waitBeforeRetry } from '../otlp/retry.ts';
import type { TracesSettings } from '../settings/traces.ts';

export interface SpanSenderOptions {
  readonly target: OtlpTarget;
  /** With the milliseconds for all tries of a batch together. */
  readonly settings: Pick<TracesSettings, 'spanExportTimeout'>;
  /** Told once for each row of failures, and once when it is over. */
  readonly onFailing: (error: unknown) => void;
  readonly onRecovered: () => void;
}

/** Sends a batch; `hurry` ends the waiting for another try. */
export type SpanSender = (spans: readonly ReadableSpan[], hurry: AbortSignal) => Promise<void>;

/** Sends a batch by OTLP over HTTP, and again for as long as that may help; rejects when it is given up. */
export const createSpanSender = (options: SpanSenderOptions): SpanSender => {
  const { target, settings, onFailing, onRecovered } = options;
  const serializer = target.protocol === 'http/json' ? JsonTraceSerializer : ProtobufTraceSerializer;
  const post = createPost(target);
  let failing = false;

  return async (spans, hurry) => {
    const body = serializer.serializeRequest([...spans]);
    if (body === undefined) throw new Error('the spans cannot be encoded');
    const deadline = performance.now() + settings.spanExportTimeout;
    for (let attempt = 0; ; attempt++) {
      const hurried = hurry.aborted;
      try {
        await post(body);
        if (failing) onRecovered();
        failing = false;
        return;
      } catch (error) {
        if (!failing) onFailing(error);
        failing = true;
        const wait = waitBeforeRetry(error as PostError, attempt, Math.random(), Date.now());
        if (wait === undefined || hurried || performance.now() + wait > deadline) throw error;
        // Ends early when the process is about to end.
        await sleep(wait, undefined, { ref: false, signal: hurry }).catch(() => {});
      }
    }
  };
};
