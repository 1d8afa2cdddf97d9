import { validateHeaderName, validateHeaderValue } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type CertificateFiles, createConnection } from './connection.ts';

/** Where and how one signal is sent by OTLP over gRPC; headers and certificates are read by the package that does it. */
export interface GrpcTarget {
  readonly url: string;
  /** Milliseconds for one request. */
  readonly timeout: number;
  readonly compression: 'none' | 'gzip';
  readonly protocol: 'grpc';
}

/** Where and how one signal is sent by OTLP over HTTP. */
export interface OtlpTarget {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds for one request. */
  readonly timeout: number;
  readonly compression: 'none' | 'gzip';
  readonly protocol: 'http/protobuf' | 'http/json';
  /** Only for https. */
  readonly certificates?: CertificateFiles;
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

/**
 * Sends encoded telemetry, one body at a time. Rejects with a `PostError` unless the receiver answers with 2xx in time; follows no
 * redirect, and never keeps the process alive. Source: OTLP specification, "OTLP/HTTP".
 */
export const createPost = (target: OtlpTarget): Post => {
  const { timeout, compression, certificates } = target;
  const url = new URL(target.url);
  const zipped = compression === 'gzip';
  const exchange = createConnection(url, certificates);
  let last: Promise<unknown> = Promise.resolve();

  const send = async (plain: Uint8Array): Promise<Uint8Array> => {
    const body = zipped ? await promisify(gzip)(plain) : plain;
    const request = [headOf(target, url, body.length), body];
    const first = await exchange(request, timeout);
    const outcome = first.answer === undefined && first.isStale ? await exchange(request, timeout) : first;
    const { answer } = outcome;
    if (answer === undefined) throw outcome.error;
    if (answer.status < 200 || answer.status >= 300) throw refusal(answer.status, answer.retryAfter);
    return answer.body;
  };
  return plain => {
    const sent = last.then(() => send(plain));
    last = sent.catch(() => {});
    return sent;
  };
};

/** Throws when a header that was set is none. */
const headOf = ({ headers, protocol, compression }: OtlpTarget, url: URL, length: number): Buffer => {
  const { username, password, host, pathname, search } = url;
  const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const all = new Map<string, string>([
    ['host', host],
    ['content-type', contentTypes[protocol]],
    ...(username === '' ? [] : [['authorization', `Basic ${Buffer.from(user).toString('base64')}`] as const]),
    ...(compression === 'gzip' ? [['content-encoding', 'gzip'] as const] : []),
  ]);
  for (const [name, value] of Object.entries(headers)) {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    all.set(name.toLowerCase(), value);
  }
  // How the body is sent is not for others to say.
  all.delete('transfer-encoding');
  all.set('content-length', String(length)).set('connection', 'keep-alive');
  const lines = [...all].map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST ${pathname}${search} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1');
};
