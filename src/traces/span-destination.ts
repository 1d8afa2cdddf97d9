import { createRequire } from 'node:module';
import {
  ConsoleSpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace';
import { createDestination } from '../otlp/destination.ts';
import type { OtlpTarget } from '../otlp/post.ts';
import type { TracesSettings } from '../settings/traces.ts';
import type { TakeAtExit } from '../transport/exit-post.ts';
import type { GrpcSenderTarget } from './grpc-post.ts';
import { createSpanEncoder } from './span-encoding.ts';
import { spanProcessor } from './span-processor.ts';

/** Where spans go. */
export type SpanTarget = 'console' | OtlpTarget | GrpcSenderTarget;

export interface SpanDestinationOptions {
  readonly settings: TracesSettings;
  /** Takes secrets out of what the application has added. */
  readonly redactSpan: (span: ReadableSpan) => ReadableSpan;
  readonly onDropped: (reason: string, spans: number) => void;
  /** Told once, with its host, when the receiver does not take spans, and once when it does again. */
  readonly onFailing: (host: string, error: unknown) => void;
  readonly onRecovered: () => void;
}

export interface SpanDestination {
  readonly processor: SpanProcessor;
  readonly takeAtExit: TakeAtExit;
}

/** What takes the spans for one target. */
export const createSpanDestination = (
  target: SpanTarget,
  options: SpanDestinationOptions,
): SpanDestination => {
  if (target === 'console') {
    const console = new SimpleSpanProcessor({ exporter: new ConsoleSpanExporter() });
    const processor: SpanProcessor = {
      onStart: () => {},
      onEnd: span => console.onEnd(options.redactSpan(span)),
      forceFlush: () => console.forceFlush(),
      shutdown: () => console.shutdown(),
    };
    return { processor, takeAtExit: () => [] };
  }
  const destination = createSender(target, options);
  return { processor: spanProcessor(destination), takeAtExit: destination.takeAtExit };
};

const createSender = (target: Exclude<SpanTarget, 'console'>, options: SpanDestinationOptions) => {
  const { settings, redactSpan, onDropped, onFailing, onRecovered } = options;
  const shared = {
    url: target.url,
    maxQueueSize: settings.spanQueueSize,
    maxBatchSize: settings.spanBatchSize,
    delayMs: settings.spanDelay,
    onDropped,
    onFailing,
    onRecovered,
  };
  if (target.protocol === 'grpc') {
    return createDestination({
      ...shared,
      encode: redactSpan,
      createSender: state => loadSender().createGrpcSender({ ...state, settings, target }),
      atExit: undefined,
    });
  }
  if (target.protocol === 'http/json') {
    return createDestination({
      ...shared,
      encode: redactSpan,
      createSender: state => loadSender().createJsonSender({ ...state, settings, target }),
      atExit: { target, request: spans => loadSender().jsonRequest(spans) },
    });
  }
  const { encode, request } = createSpanEncoder();
  return createDestination({
    ...shared,
    encode: (span: ReadableSpan) => encode(redactSpan(span)),
    createSender: state => loadSender().createProtobufSender({ ...state, settings, target }, request),
    atExit: { target, request },
  });
};

/**
 * Loaded with the first batch and not at start: encodings, TLS and compression take as long as all the rest.
 * Synchronously, because a process that ends may need it at once.
 */
const loadSender = (): typeof import('./span-sender.ts') =>
  createRequire(import.meta.url)('./span-sender.js');
