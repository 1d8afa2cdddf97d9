import { performance } from 'node:perf_hooks';
import type { ContextManager, TextMapPropagator, TracerProvider } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { TracerProvider as SdkTracerProvider } from '@opentelemetry/sdk-trace';
import type { TakeAtExit } from '../transport/exit-post.ts';
import { createEpochClock } from './epoch-clock.ts';
import { createIdGenerator } from './id-generator.ts';
import { createOwnSpans } from './own-spans.ts';
import { createPropagator } from './propagators.ts';
import { createSampler } from './sampler.ts';
import { createSpanDestination, type SpanDestinationOptions, type SpanTarget } from './span-destination.ts';
import { leavesOwnAttributes, spanLimits } from './span-limits.ts';
import { createTracerSpans, type SpanMaker } from './span-maker.ts';

export interface TracingOptions extends SpanDestinationOptions {
  readonly resource: Readonly<Record<string, string>>;
  /** Of the spans that observers make. */
  readonly scope: { readonly name: string; readonly version: string };
  /** Monotonic milliseconds since the process began. */
  readonly now: () => number;
  readonly targets: readonly SpanTarget[];
}

export interface Tracing {
  readonly provider: TracerProvider;
  readonly contextManager: ContextManager;
  readonly propagator: TextMapPropagator;
  /** For the observers. */
  readonly spans: SpanMaker;
  /** Delivers what is held, in a hurry; never rejects. */
  readonly flush: () => Promise<void>;
  readonly takeAtExit: TakeAtExit;
  readonly stop: () => void;
}

/** The SDK for traces, with a queue and a sender of our own. Sets no globals. */
export const createTracing = (options: TracingOptions): Tracing => {
  const { settings, scope, now, targets } = options;
  const destinations = targets.map(target => createSpanDestination(target, options));
  const processors = destinations.map(({ processor }) => processor);
  const limits = spanLimits(settings);
  const resource = resourceFromAttributes(options.resource);
  const sampler = createSampler(settings);
  const ids = createIdGenerator();
  const provider = new SdkTracerProvider({
    resource,
    sampler,
    spanLimits: limits,
    idGenerator: ids,
    spanProcessors: processors,
  });
  const contextManager = new AsyncLocalStorageContextManager().enable();
  const ownSpans = (): SpanMaker =>
    createOwnSpans({
      sampler,
      ids,
      resource,
      instrumentationScope: scope,
      now,
      epochOf: createEpochClock(now, wall, performance.timeOrigin),
      additions: new SdkTracerProvider({ spanLimits: limits }).getTracer(scope.name),
      onEnd: span => {
        for (const processor of processors) processor.onEnd(span);
      },
    });
  return {
    provider,
    contextManager,
    propagator: createPropagator(settings.propagators),
    spans: leavesOwnAttributes(limits)
      ? ownSpans()
      : createTracerSpans(provider.getTracer(scope.name, scope.version)),
    flush: async () => {
      await Promise.allSettled(processors.map(processor => processor.forceFlush()));
    },
    takeAtExit: () => destinations.flatMap(destination => destination.takeAtExit()),
    stop: () => {
      for (const processor of processors) void processor.shutdown().catch(() => {});
      contextManager.disable();
    },
  };
};

/** Bound now, so that an application's fake timers do not become our clock. */
const wall = Date.now.bind(Date);
