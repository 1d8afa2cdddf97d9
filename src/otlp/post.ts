import { readFileSync } from 'node:fs';
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { addOwnAgent } from './own-agents.ts';
import { unobserved } from './unobserved.ts';

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

/** Paths of files in PEM. */
export interface CertificateFiles {
  /** What the receiver's certificate is checked with, instead of what this Node.js trusts. */
  readonly ca?: string;
  /** Our own certificate and its private key, for a receiver that asks who we are. */
  readonly cert?: string;
  readonly key?: string;
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

/** Bytes of an answer that are read: all of them say how much was taken, in a few words. */
const longestAnswer = 65_536;

const refusal = (status: number, retryAfter: string | undefined): PostError =>
  Object.assign(new Error(`it answers with status ${status}`), {
    status,
    ...(retryAfter !== undefined && { retryAfter }),
  });

const contentTypes = { 'http/protobuf': 'application/x-protobuf', 'http/json': 'application/json' } as const;

/** One connection, which is not a call of the application's. Throws when a certificate cannot be read. */
const createAgent = ({ url, certificates = {} }: OtlpTarget): HttpAgent => {
  const options = { keepAlive: true, maxSockets: 1 };
  const pem = (): Record<string, Buffer> =>
    Object.fromEntries(Object.entries(certificates).map(([name, file]) => [name, readFileSync(file)]));
  const agent = url.startsWith('https:') ? new HttpsAgent({ ...options, ...pem() }) : new HttpAgent(options);
  addOwnAgent(agent);
  return agent;
};

/** What one request led to; `isStale`: it failed over a connection that the receiver had closed, as it may when it is idle. */
type Outcome =
  | { readonly answer: Uint8Array }
  | { readonly answer?: never; readonly error: PostError; readonly isStale: boolean };

/** Sends a body, and returns that of the answer; empty when it is longer than any answer has to be. */
export type Post = (body: Uint8Array) => Promise<Uint8Array>;

/**
 * Sends encoded telemetry. Rejects with a `PostError` unless the receiver answers with 2xx in time; follows no redirect, and
 * never keeps the process alive. Source: OTLP specification, "OTLP/HTTP".
 */
export const createPost = (target: OtlpTarget): Post => {
  const { url, headers, timeout, compression, protocol } = target;
  const request = url.startsWith('https:') ? httpsRequest : httpRequest;
  const zipped = compression === 'gzip';
  let agent: HttpAgent | undefined;

  const tryOnce = (body: Uint8Array, agent: HttpAgent): Promise<Outcome> =>
    new Promise(resolve => {
      const signal = AbortSignal.timeout(timeout);
      const options = {
        method: 'POST',
        agent,
        signal,
        headers: {
          'content-type': contentTypes[protocol],
          'content-length': body.length,
          ...(zipped ? { 'content-encoding': 'gzip' } : {}),
          ...headers,
        },
      };
      const sent = unobserved(() => request(url, options));
      const fail = (error: NodeJS.ErrnoException): void =>
        resolve({
          error: signal.aborted ? new Error(`no answer within ${timeout} ms`) : error,
          isStale: sent.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE'),
        });
      sent.on('socket', socket => socket.unref());
      sent.on('error', fail);
      sent.on('response', response => {
        const { statusCode = 0 } = response;
        const isTaken = statusCode >= 200 && statusCode < 300;
        const parts: Buffer[] = [];
        let length = 0;
        const settle = (answer: Uint8Array): void => {
          const error = refusal(statusCode, response.headers['retry-after']);
          resolve(isTaken ? { answer } : { error, isStale: false });
        };
        response.on('error', fail);
        response.on('end', () => settle(Buffer.concat(parts)));
        response.on('data', (part: Buffer) => {
          length += part.length;
          if (length > longestAnswer) {
            settle(new Uint8Array());
            response.destroy();
          } else if (isTaken) parts.push(part);
        });
      });
      sent.end(body);
    });

  return async plain => {
    // Made with the first request: certificates that cannot be read yet may be there for a later one.
    agent ??= createAgent(target);
    const body = zipped ? await promisify(gzip)(plain) : plain;
    const first = await tryOnce(body, agent);
    const outcome = first.answer === undefined && first.isStale ? await tryOnce(body, agent) : first;
    if (outcome.answer === undefined) throw outcome.error;
    return outcome.answer;
  };
};
