import { createHttpPost, type HttpTarget } from '../transport/http-post.ts';

/** Where and how one signal is sent by OTLP over gRPC; headers and certificates are read by the package that does it. */
export interface GrpcTarget {
  readonly url: string;
  /** Milliseconds for one request. */
  readonly timeout: number;
  readonly compression: 'none' | 'gzip';
  readonly protocol: 'grpc';
}

/** Where and how one signal is sent by OTLP over HTTP. */
export interface OtlpTarget extends Omit<HttpTarget, 'contentType'> {
  readonly protocol: 'http/protobuf' | 'http/json';
}

/** Why telemetry was not taken. */
export interface PostError extends Error {
  /** Of the answer; absent when there was none. */
  readonly status?: number;
  /** What the receiver says about the next try, as it came. */
  readonly retryAfter?: string;
  /** Another try is of no use, whatever the status. */
  readonly isFinal?: boolean;
}

const refusal = (status: number, retryAfter: string | undefined): PostError =>
  Object.assign(new Error(`it answers with status ${status}`), {
    status,
    ...(retryAfter !== undefined && { retryAfter }),
  });

const contentTypes = { 'http/protobuf': 'application/x-protobuf', 'http/json': 'application/json' } as const;

/** Sends a body, and returns that of the answer; empty when it is longer than any answer has to be. */
export type Post = (body: Uint8Array) => Promise<Uint8Array>;

/** @returns the target as HTTP needs it */
export const httpTarget = ({ protocol, ...target }: OtlpTarget): HttpTarget => ({
  ...target,
  contentType: contentTypes[protocol],
});

/**
 * Sends encoded telemetry, one body at a time. Rejects with a `PostError` unless the receiver answers with 2xx in time.
 * Source: OTLP specification, "OTLP/HTTP".
 */
export const createPost = (target: OtlpTarget): Post => {
  const post = createHttpPost(httpTarget(target));
  return async body => {
    const { status, headers, body: answer } = await post(body);
    if (status < 200 || status >= 300) throw refusal(status, headers.get('retry-after'));
    return answer;
  };
};
