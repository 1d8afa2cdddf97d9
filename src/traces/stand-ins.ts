import {
  type Context,
  type ContextManager,
  INVALID_SPAN_CONTEXT,
  type Span,
  type SpanOptions,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';
import type { databases, observers } from '../settings/instrumentation-names.ts';

type Twin = (typeof observers)[number] | (typeof databases)[number];

/** OpenTelemetry's instrumentations that make the spans that our observers make, by what the observers are called. */
const twins: Readonly<Record<string, Twin>> = {
  '@opentelemetry/instrumentation-http': 'http',
  '@opentelemetry/instrumentation-undici': 'undici',
  '@opentelemetry/instrumentation-pg': 'pg',
  '@opentelemetry/instrumentation-mongodb': 'mongodb',
  // Counted once, by the driver beneath it.
  '@opentelemetry/instrumentation-mongoose': 'mongodb',
  '@opentelemetry/instrumentation-cassandra-driver': 'cassandra-driver',
  '@opentelemetry/instrumentation-ioredis': 'ioredis',
  '@opentelemetry/instrumentation-memcached': 'memcached',
  '@opentelemetry/instrumentation-mysql': 'mysql',
  '@opentelemetry/instrumentation-mysql2': 'mysql2',
  '@opentelemetry/instrumentation-redis': 'redis',
  '@opentelemetry/instrumentation-redis-4': 'redis',
  '@opentelemetry/instrumentation-tedious': 'tedious',
};

/**
 * A provider for everybody else in the process, whose tracers make no spans for what is observed already: the
 * instrumentations of an SDK that came after us still patch, and would make every span a second time. They get what
 * stands in for one, the span that is active, so that what they call goes on in the right trace.
 *
 * @param isObserved whether an observer of this name runs
 */
export const withoutDuplicates = (
  provider: TracerProvider,
  contextManager: ContextManager,
  isObserved: (name: Twin) => boolean,
): TracerProvider => {
  const standIns = createStandIns(contextManager);
  return {
    getTracer: (name, version, options) => {
      const twin = twins[name];
      return twin !== undefined && isObserved(twin) ? standIns : provider.getTracer(name, version, options);
    },
  };
};

const createStandIns = (contextManager: ContextManager): Tracer => {
  const standIn = (): Span =>
    trace.wrapSpanContext(trace.getSpanContext(contextManager.active()) ?? INVALID_SPAN_CONTEXT);
  return {
    startSpan: standIn,
    startActiveSpan: <Work extends (span: Span) => unknown>(
      _name: string,
      ...rest: [Work] | [SpanOptions, Work] | [SpanOptions, Context, Work]
    ): ReturnType<Work> => {
      const work = rest.at(-1) as (span: Span) => ReturnType<Work>;
      const given = rest.length === 3 ? rest[1] : contextManager.active();
      const span = standIn();
      return contextManager.with(trace.setSpan(given, span), work, undefined, span);
    },
  };
};
