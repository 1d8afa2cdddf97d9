import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { connect as tlsConnect } from 'node:tls';

export const get = (path: string, headers = ''): string =>
  `GET ${path} HTTP/1.1\r\nhost: a\r\n${headers}\r\n`;
export const post = (path: string, body: string, headers = ''): string =>
  `POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n${headers}\r\n${body}`;
const last = 'connection: close\r\n';

/** What is sent over one connection, packet by packet. */
export const conversations: Readonly<Record<string, readonly string[]>> = {
  'a route': [get('/users/7', last)],
  'what the application sees of a request': [get('/seen', last)],
  'what it sees of one with a body': [post('/seen', '{"a":1}', last)],
  'an error': [get('/boom', last)],
  'no route': [get('/nowhere?a=1#b', last)],
  HEAD: [get('/users/7', last).replace('GET', 'HEAD')],
  OPTIONS: [get('/users/7', last).replace('GET', 'OPTIONS')],
  'OPTIONS *': [get('*', last).replace('GET', 'OPTIONS')],
  'an absolute target': [get('http://b/users/7', last)],
  'HTTP/1.0': [get('/users/7').replace('HTTP/1.1', 'HTTP/1.0')],
  'kept alive': [get('/users/1'), get('/users/2'), get('/users/3', last)],
  pipelined: [get('/stream') + get('/users/2') + post('/echo', '{}') + get('/users/3', last)],
  'a body in packets': [post('/echo', '{"text":"abcdefgh"}', last).slice(0, -9), '"abcd', 'efgh"', '}'],
  'a chunked body': [
    `POST /echo HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n${last}\r\n`,
    '2\r\n[1\r\n',
    '1\r\n]\r\n0\r\n\r\n',
  ],
  'a body that is no JSON': [post('/echo', '{"a"', last)],
  'a body that is too large': [post('/echo', `"${'x'.repeat(2_000)}"`, last)],
  '100-continue': [post('/echo', '{}', `expect: 100-continue\r\n${last}`)],
  'an unknown expectation': [post('/echo', '{}', `expect: cake\r\n${last}`)],
  'an answer before the body': [post('/early', '{}'.repeat(500), last)],
  'a stream': [get('/stream', last)],
  trailers: [get('/trailers', last)],
  'a traceparent and baggage': [
    get('/echo', `traceparent: 00-${'1'.repeat(32)}-${'2'.repeat(16)}-01\r\nbaggage: a=b\r\n${last}`),
  ],
  'an upgrade': [get('/', 'upgrade: echo\r\nconnection: upgrade\r\n')],
  CONNECT: ['CONNECT b:443 HTTP/1.1\r\nhost: b\r\n\r\n'],
  'an unknown method': [get('/', last).replace('GET', 'BREW')],
  'a header without a name': [get('/', ': x\r\n')],
  'two lengths': ['POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nxx'],
  'length and chunks': [
    'POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
  'a NUL': [get('/a\0b')],
  'only line feeds': ['GET / HTTP/1.1\nhost: a\n\n'],
  'no host': ['GET /users/7 HTTP/1.1\r\nconnection: close\r\n\r\n'],
  'headers of 20 kB': [get('/', `x: ${'y'.repeat(20_000)}\r\n`)],
  'no HTTP': ['hello\r\n\r\n'],
  nothing: [''],
};

/** How a connection is opened. */
export type Open = (port: number) => Promise<Socket>;

export const openPlain: Open = async port => {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
};

export const openEncrypted: Open = async port => {
  const socket = tlsConnect({ port, host: '127.0.0.1', rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  return socket;
};

/** Everything that comes back until the other side closes, or a while after the last packet. */
export const talk = async (
  port: number,
  packets: readonly string[],
  open: Open = openPlain,
): Promise<string> => {
  const socket = await open(port);
  return new Promise((resolve, reject) => {
    let answer = '';
    const over = (): void => {
      socket.destroy();
      resolve(answer.replace(/^date: .*$/gim, 'date'));
    };
    socket.setEncoding('latin1').on('data', data => {
      answer += data;
    });
    socket
      .on('close', over)
      .on('error', error => ('code' in error && error.code === 'ECONNRESET' ? over() : reject(error)));
    void (async () => {
      for (const packet of packets) {
        socket.write(packet, 'latin1');
        await pause(10);
      }
      await pause(500);
      over();
    })();
  });
};
