import type { ContextManager, TextMapPropagator, TracerProvider } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { TracerProvider as SdkTracerProvider } from '@opentelemetry/sdk-trace';
import { createIdGenerator } from './id-generator.ts';
import { createSetOwnAttributes, type SetOwnAttributes } from './own-attributes.ts';
import { createPropagator } from './propagators.ts';
import { createSampler } from './sampler.ts';
import { createSpanDestination, type SpanDestinationOptions, type SpanTarget } from './span-destination.ts';
import { spanLimits } from './span-limits.ts';

export interface TracingOptions extends SpanDestinationOptions {
  readonly resource: Readonly<Record<string, string>>;
  readonly targets: readonly SpanTarget[];
}

export interface Tracing {
  readonly provider: TracerProvider;
  readonly contextManager: ContextManager;
  readonly propagator: TextMapPropagator;
  readonly setOwnAttributes: SetOwnAttributes;
  /** Delivers what is held, in a hurry; never rejects. */
  readonly flush: () => Promise<void>;
  /** Delivers what waits when nothing asynchronous happens any more: blocks the process, and takes no more spans. */
  readonly deliverAtExit: (timeoutMs: number) => void;
  readonly stop: () => void;
}

/** The SDK for traces, with a queue and a sender of our own. Sets no globals. */
export const createTracing = (options: TracingOptions): Tracing => {
  const { settings, resource, targets } = options;
  const destinations = targets.map(target => createSpanDestination(target, options));
  const processors = destinations.map(({ processor }) => processor);
  const limits = spanLimits(settings);
  const provider = new SdkTracerProvider({
    resource: resourceFromAttributes(resource),
    sampler: createSampler(settings),
    spanLimits: limits,
    idGenerator: createIdGenerator(),
    spanProcessors: processors,
  });
  const contextManager = new AsyncLocalStorageContextManager().enable();
  return {
    provider,
    contextManager,
    propagator: createPropagator(settings.propagators),
    setOwnAttributes: createSetOwnAttributes(limits),
    flush: async () => {
      await Promise.allSettled(processors.map(processor => processor.forceFlush()));
    },
    deliverAtExit: timeoutMs => {
      for (const { deliverAtExit } of destinations) deliverAtExit(timeoutMs);
    },
    stop: () => {
      for (const processor of processors) void processor.shutdown().catch(() => {});
      contextManager.disable();
    },
  };
};
