import { connect } from 'node:net';

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
}

export interface Traffic {
  readonly port: number;
  readonly requests: readonly Request[];
  /** How many are sent in all, the list over and over again. */
  readonly count: number;
  readonly connections: number;
}

/** Sends every request over kept-alive connections, one at a time on each; rejects when a connection breaks. */
export const send = async ({ port, requests, count, connections }: Traffic): Promise<void> => {
  const messages = requests.map(encode);
  let sent = 0;
  const next = (): Buffer | undefined => (sent < count ? messages[sent++ % messages.length] : undefined);
  await Promise.all(Array.from({ length: connections }, () => useConnection(port, next)));
};

const encode = ({ method, path, body = '' }: Request): Buffer =>
  Buffer.from(
    `${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nuser-agent: bench\r\naccept: application/json\r\n` +
      (body === '' ? '' : 'content-type: application/json\r\n') +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );

const useConnection = (port: number, next: () => Buffer | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let finished = false;
    const sendNext = (): void => {
      const message = next();
      if (message !== undefined) return void socket.write(message);
      finished = true;
      socket.end();
    };
    let received = '';
    socket.setNoDelay(true);
    socket.on('connect', sendNext);
    socket.on('data', data => {
      received += data.toString('latin1');
      if (received.length < lengthOf(received)) return;
      received = '';
      sendNext();
    });
    socket.on('error', reject);
    socket.on('close', () => (finished ? resolve() : reject(new Error('the server closed a connection'))));
  });

/** Length of the whole response, as far as its headers tell. */
const lengthOf = (received: string): number => {
  const head = received.indexOf('\r\n\r\n');
  if (head < 0) return Number.POSITIVE_INFINITY;
  const length = /\r\ncontent-length: (\d+)/i.exec(received.slice(0, head))?.[1];
  return head + 4 + Number(length ?? 0);
};
