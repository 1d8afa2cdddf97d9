import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import type { Outcome, Protocol } from './ledger.ts';

export interface Request {
  readonly port: number;
  /** Method and target: `GET /api/ok`. */
  readonly request: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What the client waits for before it leaves; `undefined`: it stays. */
  readonly leaveAfter?: Promise<unknown> | undefined;
}

export type Answer = Outcome['answer'];

/** Sends a request on a connection of its own, and says how it ended for the client. */
export const ask = (protocol: Protocol, request: Request): Promise<Answer> => clients[protocol](request);

/** For a client that leaves in the middle of the answer. */
export const inTheAnswer: Promise<never> = new Promise<never>(() => {});

const split = (request: string): { readonly method: string; readonly path: string } => {
  const [method = '', path = ''] = request.split(' ');
  return { method, path };
};

/** Leaves a moment after it was told to, or after the first piece of the answer. */
const leaving = (leaveAfter: Promise<unknown> | undefined, leave: () => void) => {
  void leaveAfter?.then(leave, () => {});
  return () => {
    if (leaveAfter !== undefined) setTimeout(leave, 200);
  };
};

const overHttp =
  (start: (options: https.RequestOptions) => http.ClientRequest) =>
  ({ port, request, headers = {}, leaveAfter }: Request): Promise<Answer> =>
    new Promise(resolve => {
      const sent = start({
        ...{ host: '127.0.0.1', port, headers, ...split(request) },
        agent: false,
        rejectUnauthorized: false,
      });
      const onFirstPiece = leaving(leaveAfter, () => {
        resolve('left');
        sent.destroy();
      });
      sent.on('error', () => resolve('cut'));
      sent.on('response', response => {
        response.once('data', onFirstPiece);
        response.on('error', () => resolve('cut'));
        response.on('end', () => resolve(response.statusCode ?? 0));
        response.resume();
      });
      sent.end();
    });

const overHttp2 = ({ port, request, headers = {}, leaveAfter }: Request): Promise<Answer> =>
  new Promise(resolve => {
    const session = http2.connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false });
    const end = (answer: Answer): void => {
      resolve(answer);
      session.destroy();
    };
    const { method, path } = split(request);
    const stream = session.request({ ':method': method, ':path': path, ...headers });
    const onFirstPiece = leaving(leaveAfter, () => end('left'));
    let status: number | undefined;
    session.on('error', () => end('cut'));
    stream.on('error', () => end('cut'));
    stream.on('response', answer => {
      status = answer[':status'];
    });
    stream.once('data', onFirstPiece);
    stream.on('end', () => end(status ?? 'cut'));
    stream.on('close', () => end('cut'));
    stream.resume();
    stream.end();
  });

const clients: Readonly<Record<Protocol, (request: Request) => Promise<Answer>>> = {
  http: overHttp(http.request),
  https: overHttp(https.request),
  http2: overHttp2,
};
