import { TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { BatchQueue } from '../otlp/batch-queue.ts';

/** A queue in the form of the SDK, which shows it every span that ends, sampled or not. */
export const spanProcessor = ({
  add,
  flush,
  close,
}: Omit<BatchQueue<ReadableSpan, unknown>, 'takeAll'>): SpanProcessor => ({
  onStart: () => {},
  onEnd: span => {
    if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0) add(span);
  },
  forceFlush: flush,
  shutdown: close,
});
