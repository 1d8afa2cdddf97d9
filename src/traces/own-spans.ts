import {
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import {
  type IdGenerator,
  type ReadableSpan,
  type Sampler,
  SamplingDecision,
} from '@opentelemetry/sdk-trace';
import { OwnSpan, type OwnSpanHome } from './own-span.ts';
import type { SpanMaker } from './span-maker.ts';

export interface OwnSpansOptions extends Omit<OwnSpanHome, 'addition'> {
  readonly sampler: Sampler;
  readonly ids: IdGenerator;
  /** Milliseconds since 1970 of monotonic ones. */
  readonly epochOf: (monotonic: number) => number;
  /** Of an SDK that samples everything and sends nothing. */
  readonly additions: Tracer;
}

/** On a span that was not sampled: what happens below it is not, either. */
const unsampled = Symbol('@ykmake/monitoring.unsampled');

/**
 * Makes the spans of the observers without the SDK, as its tracer would: a span below one of ours is decided about
 * already, and any other goes by its context and the sampler.
 */
export const createOwnSpans = (options: OwnSpansOptions): SpanMaker => {
  const { sampler, ids, epochOf, additions, resource, instrumentationScope, now, onEnd } = options;
  const home: OwnSpanHome = {
    resource,
    instrumentationScope,
    now,
    onEnd,
    addition: () => additions.startSpan('', { root: true }, ROOT_CONTEXT) as Span & ReadableSpan,
  };
  const below = (traceId: string, traceState: SpanContext['traceState']): SpanContext => {
    const spanId = ids.generateSpanId();
    return traceState === undefined
      ? { traceId, spanId, traceFlags: TraceFlags.SAMPLED }
      : { traceId, spanId, traceFlags: TraceFlags.SAMPLED, traceState };
  };
  return {
    start: (name, kind, parent, startedAt) => {
      const above = trace.getSpan(parent);
      if (isTracingSuppressed(parent)) return notSampled(trace.wrapSpanContext(noIds));
      if (above !== undefined && unsampled in above) return above;
      if (above instanceof OwnSpan) {
        const known = above.spanContext();
        const own = below(known.traceId, known.traceState);
        return new OwnSpan(home, name, kind, own, known, startedAt, epochOf(startedAt));
      }
      const said = above?.spanContext();
      const known = said !== undefined && isSpanContextValid(said) ? said : undefined;
      const traceId = known?.traceId ?? ids.generateTraceId();
      const { decision, traceState } = sampler.shouldSample(parent, traceId, name, kind, {}, []);
      const own = below(traceId, traceState ?? known?.traceState);
      if (decision !== SamplingDecision.NOT_RECORD) {
        return new OwnSpan(home, name, kind, own, known, startedAt, epochOf(startedAt));
      }
      return notSampled(trace.wrapSpanContext({ ...own, traceFlags: TraceFlags.NONE }));
    },
    describe: (span, common, own) => {
      if (span instanceof OwnSpan) span.describe(common, own);
    },
    end: (span, endedAt, outcome, measured) => {
      if (span instanceof OwnSpan) span.endAt(endedAt, outcome, measured);
    },
  };
};

const noIds: SpanContext = { traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: TraceFlags.NONE };

const notSampled = (span: Span): Span => Object.assign(span, { [unsampled]: true });
