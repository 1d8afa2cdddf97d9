import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { addOwnAgent } from './own-agents.ts';

/** Where and how one signal is sent by OTLP over HTTP. */
export interface OtlpTarget {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds for one request. */
  readonly timeout: number;
  readonly compression: 'none' | 'gzip';
  readonly protocol: 'http/protobuf' | 'http/json';
}

/** Why telemetry was not taken. */
export interface PostError extends Error {
  /** Of the answer; absent when there was none. */
  readonly status?: number;
  /** What the receiver says about the next try, as it came. */
  readonly retryAfter?: string;
}

const refusal = (status: number, retryAfter: string | undefined): PostError =>
  Object.assign(new Error(`it answers with status ${status}`), {
    status,
    ...(retryAfter !== undefined && { retryAfter }),
  });

const contentTypes = { 'http/protobuf': 'application/x-protobuf', 'http/json': 'application/json' } as const;

/**
 * Sends encoded telemetry. Rejects with a `PostError` unless the receiver answers with 2xx in time; follows no redirect, and
 * never keeps the process alive. Source: OTLP specification, "OTLP/HTTP".
 */
export const createPost = (target: OtlpTarget): ((body: Uint8Array) => Promise<void>) => {
  const { url, headers, timeout, compression, protocol } = target;
  const [request, Agent] = url.startsWith('https:') ? [httpsRequest, HttpsAgent] : [httpRequest, HttpAgent];
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  addOwnAgent(agent);
  return async plain => {
    const zipped = compression === 'gzip';
    const body = zipped ? await promisify(gzip)(plain) : plain;
    await new Promise<void>((resolve, reject) => {
      const signal = AbortSignal.timeout(timeout);
      const fail = (error: Error): void =>
        reject(signal.aborted ? new Error(`no answer within ${timeout} ms`) : error);
      const sent = request(url, {
        method: 'POST',
        agent,
        signal,
        headers: {
          'content-type': contentTypes[protocol],
          'content-length': body.length,
          ...(zipped ? { 'content-encoding': 'gzip' } : {}),
          ...headers,
        },
      });
      sent.on('socket', socket => socket.unref());
      sent.on('error', fail);
      sent.on('response', response => {
        const { statusCode = 0 } = response;
        response.on('error', fail);
        response.on('end', () => {
          if (statusCode >= 200 && statusCode < 300) resolve();
          else reject(refusal(statusCode, response.headers['retry-after']));
        });
        response.resume();
      });
      sent.end(body);
    });
  };
};
