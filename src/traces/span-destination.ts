import { createRequire } from 'node:module';
import {
  ConsoleSpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace';
import { postAtExit } from '../otlp/exit-post.ts';
import type { OtlpTarget } from '../otlp/post.ts';
import type { TracesSettings } from '../settings/traces.ts';
import type { GrpcSenderTarget } from './grpc-post.ts';
import { createSpanEncoder } from './span-encoding.ts';
import { createSpanQueue, type SpanQueue } from './span-queue.ts';
import type { SpanSender } from './span-sender.ts';

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
  /** Delivers what waits, and takes nothing more; blocks the process that ends. */
  readonly deliverAtExit: (timeoutMs: number) => void;
}

type SenderFile = typeof import('./span-sender.ts');

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
    return { processor, deliverAtExit: () => {} };
  }
  const { settings, redactSpan, onDropped, onFailing, onRecovered } = options;
  const { host } = new URL(target.url);
  let failing = false;
  const sending = {
    settings,
    onFailing: (error: unknown) => {
      failing = true;
      onFailing(host, error);
    },
    onRecovered: () => {
      failing = false;
      onRecovered();
    },
  };
  const limits = {
    maxQueueSize: settings.spanQueueSize,
    maxBatchSize: settings.spanBatchSize,
    delayMs: settings.spanDelay,
    onDropped,
  };

  if (target.protocol === 'grpc') {
    const send = onceNeeded(file => file.createGrpcSender({ ...sending, target }));
    return { processor: createSpanQueue({ ...limits, encode: redactSpan, send }), deliverAtExit: () => {} };
  }
  /** One that does not take spans would only hold the process. */
  const atExit =
    <Item>(queue: SpanQueue<Item>, request: (spans: readonly Item[]) => Uint8Array) =>
    (timeoutMs: number): void => {
      const spans = queue.takeAll();
      if (spans.length > 0 && !failing) postAtExit(target, request(spans), timeoutMs);
    };
  if (target.protocol === 'http/json') {
    const send = onceNeeded(file => file.createJsonSender({ ...sending, target }));
    const queue = createSpanQueue({ ...limits, encode: redactSpan, send });
    return { processor: queue, deliverAtExit: atExit(queue, spans => loadSender().jsonRequest(spans)) };
  }
  const { encode, request } = createSpanEncoder();
  const send = onceNeeded(file => file.createProtobufSender({ ...sending, target }, request));
  const queue = createSpanQueue({ ...limits, encode: span => encode(redactSpan(span)), send });
  return { processor: queue, deliverAtExit: atExit(queue, request) };
};

const onceNeeded = <Item>(create: (file: SenderFile) => SpanSender<Item>): SpanSender<Item> => {
  let sender: SpanSender<Item> | undefined;
  return async (spans, hurry) => {
    sender ??= create(loadSender());
    return sender(spans, hurry);
  };
};

/**
 * Loaded with the first batch and not at start: encodings, TLS and compression take as long as all the rest.
 * Synchronously, because a process that ends may need it at once.
 */
const loadSender = (): SenderFile => createRequire(import.meta.url)('./span-sender.js');
