import type { Attributes, Context, Span, SpanKind, Tracer } from '@opentelemetry/api';

/** Makes the spans of the observers. Times are monotonic, in milliseconds. */
export interface SpanMaker {
  readonly start: (name: string, kind: SpanKind, parent: Context, startedAt: number) => Span;
  /**
   * Says once what a span that is recorded is of; what the application sets wins over it. No two of the attributes
   * that an observer gives here and at the end have the same name.
   *
   * @param common one object for many spans, which must not change any more: it is encoded once for all of them
   * @param own is asked when the span is encoded, perhaps seconds after its end, and must hold no request
   */
  readonly describe: (span: Span, common: Attributes | undefined, own?: () => Attributes) => void;
  /**
   * What is known at the end wins over all.
   *
   * @param outcome one object for many spans, likewise
   * @param measured an object for this span alone
   */
  readonly end: (span: Span, endedAt: number, outcome?: Attributes, measured?: Attributes) => void;
}

/** Makes them with a tracer of any SDK. */
export const createTracerSpans = (tracer: Tracer): SpanMaker => ({
  start: (name, kind, parent, startTime) => tracer.startSpan(name, { kind, startTime }, parent),
  describe: (span, common, own) => {
    if (common !== undefined) span.setAttributes(common);
    if (own !== undefined) span.setAttributes(own());
  },
  end: (span, endedAt, outcome, measured) => {
    if (outcome !== undefined) span.setAttributes(outcome);
    if (measured !== undefined) span.setAttributes(measured);
    span.end(endedAt);
  },
});
