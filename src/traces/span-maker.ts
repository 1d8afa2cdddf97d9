import type { Attributes, Context, Span, SpanKind, Tracer } from '@opentelemetry/api';

/** Makes the spans of the observers. Times are monotonic, in milliseconds. */
export interface SpanMaker {
  readonly start: (name: string, kind: SpanKind, parent: Context, startedAt: number) => Span;
  /**
   * Adds attributes to a span that is recorded, at most twice; what was added last wins, whoever added it.
   *
   * @param attributes a function is asked when the span is encoded, perhaps seconds after its end, and must hold no
   *   request; an object must not change any more, and is encoded once for all spans that it describes alone
   */
  readonly describe: (span: Span, attributes: Attributes | (() => Attributes)) => void;
  readonly end: (span: Span, endedAt: number) => void;
}

/** Makes them with a tracer of any SDK. */
export const createTracerSpans = (tracer: Tracer): SpanMaker => ({
  start: (name, kind, parent, startTime) => tracer.startSpan(name, { kind, startTime }, parent),
  describe: (span, attributes) =>
    void span.setAttributes(typeof attributes === 'function' ? attributes() : attributes),
  end: (span, endedAt) => span.end(endedAt),
});
