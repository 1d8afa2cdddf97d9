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
import type { TracesSettings } from '../settings/traces.ts';
import type { GrpcSenderTarget } from './grpc-post.ts';
import { createIdGenerator } from './id-generator.ts';
import { createSetOwnAttributes, type SetOwnAttributes } from './own-attributes.ts';
import { createPropagator } from './propagators.ts';
import { createSampler } from './sampler.ts';
import { createSpanEncoder } from './span-encoding.ts';
import { spanLimits } from './span-limits.ts';
import { createSpanQueue } from './span-queue.ts';
import type { SpanSender } from './span-sender.ts';

/** Where spans go. */
export type SpanDestination = 'console' | OtlpTarget | GrpcSenderTarget;

export interface TracingOptions {
  readonly settings: TracesSettings;
  readonly resource: Readonly<Record<string, string>>;
  readonly exporters: readonly SpanDestination[];
  readonly onDropped: (reason: string, spans: number) => void;
  /** Told once, with its host, when the receiver does not take spans, and once when it does again. */
  readonly onFailing: (host: string, error: unknown) => void;
  readonly onRecovered: () => void;
}

export interface Tracing {
  readonly provider: TracerProvider;
  readonly contextManager: ContextManager;
  readonly propagator: TextMapPropagator;
  readonly setOwnAttributes: SetOwnAttributes;
  /** Delivers what is held, in a hurry; never rejects. */
  readonly flush: () => Promise<void>;
  readonly stop: () => void;
}

/** The SDK for traces, with a queue and a sender of our own. Sets no globals. */
export const createTracing = (options: TracingOptions): Tracing => {
  const { settings, resource, exporters } = options;
  const processors = exporters.map(exporter => processorFor(exporter, options));
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
    stop: () => {
      for (const processor of processors) void processor.shutdown().catch(() => {});
      contextManager.disable();
    },
  };
};

const processorFor = (target: SpanDestination, options: TracingOptions): SpanProcessor => {
  if (target === 'console') return new SimpleSpanProcessor({ exporter: new ConsoleSpanExporter() });
  const { settings, onDropped, onFailing, onRecovered } = options;
  const limits = {
    maxQueueSize: settings.spanQueueSize,
    maxBatchSize: settings.spanBatchSize,
    delayMs: settings.spanDelay,
    onDropped,
  };
  const { host } = new URL(target.url);
  const sending = { settings, onFailing: (error: unknown) => onFailing(host, error), onRecovered };
  if (target.protocol === 'http/protobuf') {
    const { encode, request } = createSpanEncoder();
    const send = onceNeeded(load => load.createProtobufSender({ ...sending, target }, request));
    return createSpanQueue({ ...limits, encode, send });
  }
  const send = onceNeeded(load =>
    target.protocol === 'grpc'
      ? load.createGrpcSender({ ...sending, target })
      : load.createJsonSender({ ...sending, target }),
  );
  return createSpanQueue({ ...limits, encode: span => span, send });
};

/** Loaded with the first batch and not at start: encodings, TLS and compression take as long as all the rest. */
const onceNeeded = <Item>(
  create: (load: typeof import('./span-sender.ts')) => SpanSender<Item>,
): SpanSender<Item> => {
  let sender: SpanSender<Item> | undefined;
  return async (spans, hurry) => {
    sender ??= create(await import('./span-sender.ts'));
    return sender(spans, hurry);
  };
};
