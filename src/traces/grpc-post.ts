import { pathToFileURL } from 'node:url';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { GrpcTarget, PostError } from '../otlp/post.ts';
import { unobserved } from '../transport/unobserved.ts';

export interface GrpcSenderTarget extends GrpcTarget {
  /** The file of the package, as the application has it installed. */
  readonly exporterFile: string;
}

/** What is used of the package, which is none of our dependencies. */
interface GrpcExporter {
  export(spans: readonly ReadableSpan[], callback: (result: GrpcResult) => void): void;
}

interface GrpcResult {
  /** 0: taken. */
  readonly code: number;
  readonly error?: GrpcError;
}

interface GrpcError extends Error {
  /** Status code of gRPC; absent when the call was never made. */
  readonly code?: number | string;
  readonly metadata?: { get(name: string): readonly unknown[] };
}

interface GrpcModule {
  readonly OTLPTraceExporter: new (options: object) => GrpcExporter;
}

/** CANCELLED, DEADLINE_EXCEEDED, ABORTED, OUT_OF_RANGE, UNAVAILABLE, DATA_LOSS. Source: OTLP specification, "OTLP/gRPC Response". */
const retryable: ReadonlySet<unknown> = new Set([1, 4, 10, 11, 14, 15]);
const resourceExhausted = 8;

/** Whether the receiver says with RESOURCE_EXHAUSTED that it will take more later: then there are details. */
const saysWhen = ({ code, metadata }: GrpcError): boolean =>
  code === resourceExhausted && (metadata?.get('grpc-status-details-bin').length ?? 0) > 0;

const postError = (error: GrpcError | undefined): PostError =>
  Object.assign(new Error(error?.message ?? 'it says nothing about why'), {
    isFinal: !(error !== undefined && (retryable.has(error.code) || saysWhen(error))),
  });

const load = async ({ exporterFile, url, timeout, compression }: GrpcSenderTarget): Promise<GrpcExporter> => {
  try {
    const loaded: GrpcModule & { readonly default?: GrpcModule } = await import(
      pathToFileURL(exporterFile).href
    );
    const { OTLPTraceExporter } = loaded.default ?? loaded;
    return new OTLPTraceExporter({ url, timeoutMillis: timeout, compression });
  } catch (error) {
    throw Object.assign(new Error(`${exporterFile} cannot be loaded: ${String(error)}`), { isFinal: true });
  }
};

/**
 * One try of a batch by OTLP over gRPC, with the package that the application has installed. It tries nothing a
 * second time by itself, so that all waiting is ours; a call that is under way holds the process until its timeout.
 */
export const createGrpcPost = (
  target: GrpcSenderTarget,
): ((spans: readonly ReadableSpan[]) => Promise<void>) => {
  let loading: Promise<GrpcExporter> | undefined;
  return async spans => {
    loading ??= load(target);
    const exporter = await loading;
    // A span for each call that sends spans would have to be sent, too, without an end.
    const { code, error } = await new Promise<GrpcResult>(resolve =>
      unobserved(() => exporter.export([...spans], resolve)),
    );
    if (code !== 0) throw postError(error);
  };
};
