import { validateHeaderName, validateHeaderValue } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type CertificateFiles, createConnection } from './connection.ts';
import type { HttpAnswer } from './http-answer.ts';

/** Where and how something is sent by HTTP. */
export interface HttpTarget {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly contentType: string;
  /** Milliseconds for one request. */
  readonly timeout: number;
  readonly compression: 'none' | 'gzip';
  /** Only for https. */
  readonly certificates?: CertificateFiles;
}

/** Sends a body and returns the answer, whatever its status. */
export type HttpPost = (body: Uint8Array) => Promise<HttpAnswer>;

/**
 * Sends bodies by POST, one at a time. Rejects when there is no answer in time; follows no redirect, and never keeps the
 * process alive.
 */
export const createHttpPost = (target: HttpTarget): HttpPost => {
  const { timeout, compression, certificates } = target;
  const url = new URL(target.url);
  const zipped = compression === 'gzip';
  const exchange = createConnection(url, certificates);
  let last: Promise<unknown> = Promise.resolve();

  const send = async (plain: Uint8Array): Promise<HttpAnswer> => {
    const body = zipped ? await promisify(gzip)(plain) : plain;
    const request = [headOf(target, url, body.length), body];
    const first = await exchange(request, timeout);
    const outcome = first.answer === undefined && first.isStale ? await exchange(request, timeout) : first;
    if (outcome.answer === undefined) throw outcome.error;
    return outcome.answer;
  };
  return plain => {
    const sent = last.then(() => send(plain));
    last = sent.catch(() => {});
    return sent;
  };
};

/** Throws when a header that was set is none. */
const headOf = ({ headers, contentType, compression }: HttpTarget, url: URL, length: number): Buffer => {
  const { username, password, host, pathname, search } = url;
  const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const all = new Map<string, string>([
    ['host', host],
    ['content-type', contentType],
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
