import type { ContextManager, TextMapPropagator, TracerProvider } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  ConsoleSpanExporter,
  TracerProvider as SdkTracerProvider,
  SimpleSpanProcessor,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace';
import type { OtlpTarget } from '../otlp/post.ts';
import type { PushExporter, TracesSettings } from '../settings/traces.ts';
import type { GrpcSenderTarget } from './grpc-post.ts';
import { createPropagator } from './propagators.ts';
import { createSampler } from './sampler.ts';
import { spanLimits } from './span-limits.ts';
import { createSpanQueue } from './span-queue.ts';
import type { SpanSender } from './span-sender.ts';

export interface TracingOptions {
  readonly settings: TracesSettings;
  readonly resource: Readonly<Record<string, string>>;
  readonly exporters: readonly PushExporter[];
  readonly target: OtlpTarget | GrpcSenderTarget;
  readonly onDropped: (reason: string, spans: number) => void;
  /** Told once when the receiver does not take spans, and once when it does again. */
  readonly onFailing: (error: unknown) => void;
  readonly onRecovered: () => void;
}

export interface Tracing {
  readonly provider: TracerProvider;
  readonly contextManager: ContextManager;
  readonly propagator: TextMapPropagator;
  /** Delivers what is held, in a hurry; never rejects. */
  readonly flush: () => Promise<void>;
  readonly stop: () => void;
}

/** The SDK for traces, with a queue and a sender of our own. Sets no globals. */
export const createTracing = (options: TracingOptions): Tracing => {
  const { settings, resource, exporters } = options;
  const processors = exporters.map(exporter => processorFor(exporter, options));
  const provider = new SdkTracerProvider({
    resource: resourceFromAttributes(resource),
    sampler: createSampler(settings),
    spanLimits: spanLimits(settings),
    spanProcessors: processors,
  });
  const contextManager = new AsyncLocalStorageContextManager().enable();
  return {
    provider,
    contextManager,
    propagator: createPropagator(settings.propagators),
    flush: async () => {
      await Promise.allSettled(processors.map(processor => processor.forceFlush()));
    },
    stop: () => {
      for (const processor of processors) void processor.shutdown().catch(() => {});
      contextManager.disable();
    },
  };
};

const processorFor = (exporter: PushExporter, options: TracingOptions): SpanProcessor => {
  if (exporter === 'console') return new SimpleSpanProcessor({ exporter: new ConsoleSpanExporter() });
  const { settings, onDropped } = options;
  let sender: SpanSender | undefined;
  return createSpanQueue({
    maxQueueSize: settings.spanQueueSize,
    maxBatchSize: settings.spanBatchSize,
    delayMs: settings.spanDelay,
    onDropped,
    send: async (spans, hurry) => {
      // Loaded with the first batch and not at start: encodings, TLS and compression take as long as all the rest.
      sender ??= (await import('./span-sender.ts')).createSpanSender(options);
      return sender(spans, hurry);
    },
  });
};
