import { readFileSync } from 'node:fs';
import { connect, isIP, type Socket } from 'node:net';
import { startTimer, stopTimer } from '../host/time.ts';
import { type HttpAnswer, readAnswer } from './http-answer.ts';
import { createLookup } from './lookup.ts';
import { unobserved } from './unobserved.ts';

/** Paths of files in PEM. */
export interface CertificateFiles {
  /** What the receiver's certificate is checked with, instead of what this Node.js trusts. */
  readonly ca?: string;
  /** Our own certificate and its private key, for a receiver that asks who we are. */
  readonly cert?: string;
  readonly key?: string;
}

/** What one request led to; `isStale`: it failed over a connection that the receiver had closed, as it may when it is idle. */
export type Outcome =
  | { readonly answer: HttpAnswer }
  | { readonly answer?: never; readonly error: Error; readonly isStale: boolean };

/** Sends a request, of several pieces, and reads its answer; one at a time. */
export type Exchange = (request: readonly Uint8Array[], timeoutMs: number) => Promise<Outcome>;

/** Hears of everything that happens to a connection while a request is under way. */
interface Listener {
  readonly onBytes: (bytes: Buffer) => void;
  readonly onEnd: () => void;
  readonly onError: (error: Error) => void;
}

/** What comes when no request is under way, such as a refusal before the end of an idle connection, ends it. */
const nobodyAsked = (socket: Socket): Listener => ({
  onBytes: () => socket.destroy(),
  onEnd: () => {},
  onError: () => {},
});

const lookup = createLookup();

const closed = (): Error => Object.assign(new Error('it has closed the connection'), { code: 'ECONNRESET' });

/**
 * One connection, kept between requests, that keeps no process alive.
 *
 * Without `node:http`: a process that only serves runs Node's code for HTTP with one kind of objects, and with requests
 * of ours that code would see two kinds, which costs the application's requests (docs/performance.md).
 *
 * @throws Error when a certificate cannot be read, with the first request
 */
export const createConnection = (url: URL, certificates: CertificateFiles = {}): Exchange => {
  let idle: { readonly socket: Socket; readonly listenWith: (next: Listener) => void } | undefined;

  const open = (): NonNullable<typeof idle> => {
    const socket = unobserved(() => openSocket(url, certificates)).unref();
    let listener = nobodyAsked(socket);
    socket.setNoDelay(true);
    socket.on('data', bytes => listener.onBytes(bytes));
    socket.on('end', () => listener.onEnd());
    socket.on('error', error => listener.onError(error));
    socket.on('close', () => {
      if (idle?.socket === socket) idle = undefined;
      listener.onError(closed());
    });
    return {
      socket,
      listenWith: next => {
        listener = next;
      },
    };
  };

  return (request, timeoutMs) =>
    new Promise(resolve => {
      const isReused = idle !== undefined;
      const connection = idle ?? open();
      idle = undefined;
      const { socket, listenWith } = connection;
      let bytes: Buffer = Buffer.alloc(0);

      const settle = (outcome: Outcome): void => {
        stopTimer(timer);
        const isKept = outcome.answer?.keepsConnection === true && !socket.destroyed;
        if (isKept) idle = connection;
        listenWith(nobodyAsked(socket));
        if (!isKept) socket.destroy();
        resolve(outcome);
      };
      const fail = (error: NodeJS.ErrnoException): void =>
        settle({
          error,
          isStale: isReused && bytes.length === 0 && (error.code === 'ECONNRESET' || error.code === 'EPIPE'),
        });
      const read = (isEnded: boolean): void => {
        try {
          const answer = readAnswer(bytes, isEnded);
          if (answer !== undefined) settle({ answer });
          else if (isEnded) fail(closed());
        } catch (error) {
          fail(error as Error);
        }
      };
      const timer = startTimer(() => fail(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs).unref();

      listenWith({
        onBytes: more => {
          bytes = bytes.length === 0 ? more : Buffer.concat([bytes, more]);
          read(false);
        },
        onEnd: () => read(true),
        onError: fail,
      });
      socket.cork();
      for (const piece of request) socket.write(piece);
      socket.uncork();
    });
};

const openSocket = ({ protocol, hostname, port }: URL, certificates: CertificateFiles): Socket => {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (protocol !== 'https:') return connect({ host, port: Number(port || 80), lookup });
  const pem = Object.fromEntries(
    Object.entries(certificates).map(([name, file]) => [name, readFileSync(file)]),
  );
  // Asked for now, as it takes long to load.
  return process.getBuiltinModule('node:tls').connect({
    ...{ host, port: Number(port || 443), lookup, ALPNProtocols: ['http/1.1'], ...pem },
    ...(isIP(host) === 0 && { servername: host }),
  });
};
