import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { gunzipSync } from 'node:zlib';
import { createPost, type OtlpTarget } from '../../src/otlp/post.ts';
import { missing } from '../missing.ts';

const body = Buffer.from('spans');

const target = (url: string, given: Partial<OtlpTarget> = {}): OtlpTarget => ({
  url,
  headers: {},
  timeout: 2_000,
  compression: 'none',
  protocol: 'http/protobuf',
  ...given,
});

const listening = async (server: Pick<Server, 'listen' | 'address' | 'once'>): Promise<number> => {
  await once(server.listen(0, '127.0.0.1') as Server, 'listening');
  return (server.address() as AddressInfo).port;
};

const served = async (listener: RequestListener, run: (url: string) => Promise<void>): Promise<void> => {
  const server = createServer(listener);
  const port = await listening(server);
  try {
    await run(`http://127.0.0.1:${port}/v1/traces`);
  } finally {
    server.close();
    server.closeAllConnections();
  }
};

describe('a request with telemetry', () => {
  test('is what the specification asks for, compressed on request', async () => {
    const seen: unknown[] = [];
    await served(
      async (request, response) => {
        const sent = await buffer(request);
        const { 'content-type': type, 'content-encoding': encoding, 'x-key': key } = request.headers;
        const plain = encoding === 'gzip' ? gunzipSync(sent) : sent;
        seen.push([request.method, request.url, type, encoding, key, plain.toString()]);
        response.end();
      },
      async url => {
        const other = { headers: { 'x-key': '1' }, compression: 'gzip', protocol: 'http/json' } as const;
        await createPost(target(url))(body);
        await createPost(target(url, other))(body);
      },
    );
    assert.deepEqual(seen, [
      ['POST', '/v1/traces', 'application/x-protobuf', undefined, undefined, 'spans'],
      ['POST', '/v1/traces', 'application/json', 'gzip', '1', 'spans'],
    ]);
  });

  test('tells status and Retry-After of a refusal, and follows no redirect', async () => {
    let requests = 0;
    await served(
      (_request, response) => {
        requests++;
        response.writeHead(requests === 1 ? 429 : 307, { 'retry-after': '7', location: '/elsewhere' }).end();
      },
      async url => {
        const post = createPost(target(url));
        await assert.rejects(post(body), { status: 429, retryAfter: '7' });
        await assert.rejects(post(body), { status: 307 });
      },
    );
    assert.equal(requests, 2);
  });

  test('ends after its time when the answer, or the rest of it, does not come', async () => {
    for (const begin of [false, true]) {
      await served(
        (_request, response) => {
          if (begin) response.writeHead(200, { 'content-length': '9' }).write('x');
        },
        url =>
          assert.rejects(createPost(target(url, { timeout: 100 }))(body), {
            message: 'no answer within 100 ms',
          }),
      );
    }
  });

  test('returns a short answer, and reads no more of a long one', async () => {
    let written = 0;
    let status = 200;
    await served(
      (request, response) => {
        if (request.url === '/short') {
          response.end('taken');
          return;
        }
        response.writeHead(status);
        // As fast as it is read, and without an end.
        const more = (): void => {
          while (!response.destroyed) {
            written += 16_384;
            if (!response.write(Buffer.alloc(16_384))) break;
          }
        };
        response.on('drain', more);
        more();
      },
      async url => {
        const { origin } = new URL(url);
        assert.equal(String(await createPost(target(`${origin}/short`))(body)), 'taken');
        const post = createPost(target(`${origin}/endless`, { timeout: 20_000 }));
        assert.equal((await post(body)).length, 0);
        status = 400;
        await assert.rejects(post(body), { status: 400 });
      },
    );
    // What the system holds between the two of us is more than what is read.
    assert.ok(written < 64 * 2 ** 20, `${written} bytes`);
  });

  test('goes out again when the receiver has closed the idle connection, and only then', async () => {
    const dies = new Set<number>();
    const requests: string[] = [];
    let connections = 0;
    // The requests that `dies` counts get a reset instead of an answer.
    const server = createTcpServer(socket => {
      const connection = ++connections;
      let onIt = 0;
      socket.on('error', () => {});
      socket.on('data', data => {
        if (!String(data).startsWith('POST')) return;
        requests.push(`${connection}.${++onIt}`);
        if (dies.has(requests.length)) socket.resetAndDestroy();
        else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
      });
    });
    const port = await listening(server as unknown as Server);
    try {
      const post = createPost(target(`http://127.0.0.1:${port}/`));
      await post(body);
      dies.add(2);
      await post(body);
      assert.deepEqual(requests, ['1.1', '1.2', '2.1']);
      // The controls: the new connection is not tried a second time, nor is one that was never used.
      dies.add(4).add(5);
      await assert.rejects(post(body), { code: 'ECONNRESET' });
      assert.deepEqual(requests.slice(3), ['2.2', '3.1']);
      dies.add(6);
      await assert.rejects(post(body), { code: 'ECONNRESET' });
      assert.equal(requests.length, 6);
    } finally {
      server.close();
    }
  });
});

const skip = missing(spawnSync('openssl', ['version']).status === 0, 'openssl', 'apt-get install openssl');

describe('a receiver behind TLS', { skip }, () => {
  test('is checked with the certificate that is given, and gets ours', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'monitoring-otlp-'));
    const file = (name: string): string => path.join(folder, name);
    const openssl = (...args: readonly string[]): void => {
      const made = spawnSync('openssl', args);
      assert.equal(made.status, 0, String(made.stderr));
    };
    const selfSigned = (name: string, ...rest: readonly string[]): void =>
      openssl(
        ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${name}`, ...rest],
        ...['-keyout', file(`${name}.key`), '-out', file(`${name}.pem`)],
      );
    selfSigned('server', '-addext', 'subjectAltName=IP:127.0.0.1');
    selfSigned('client');
    const clients: unknown[] = [];
    const server = createTlsServer(
      {
        key: readFileSync(file('server.key')),
        cert: readFileSync(file('server.pem')),
        ca: readFileSync(file('client.pem')),
        requestCert: true,
        rejectUnauthorized: false,
      },
      (request, response) => {
        clients.push((request.socket as TLSSocket).authorized);
        response.end();
      },
    );
    try {
      const url = `https://127.0.0.1:${await listening(server)}/`;
      const ca = file('server.pem');
      const send = (certificates?: OtlpTarget['certificates']): Promise<unknown> =>
        createPost(target(url, certificates && { certificates }))(body);
      await send({ ca });
      await send({ ca, cert: file('client.pem'), key: file('client.key') });
      assert.deepEqual(clients, [false, true]);
      // The controls: a receiver that nobody vouches for gets nothing.
      await assert.rejects(send(), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
      await assert.rejects(send({ ca: file('client.pem') }));
      assert.equal(clients.length, 2);

      const late = createPost(target(url, { certificates: { ca: file('late.pem') } }));
      await assert.rejects(late(body), { code: 'ENOENT' });
      openssl('x509', '-in', ca, '-out', file('late.pem'));
      await late(body);
      assert.equal(clients.length, 3);
    } finally {
      server.close();
      server.closeAllConnections();
      rmSync(folder, { recursive: true });
    }
  });
});
