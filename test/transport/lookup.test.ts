import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import dns from 'node:dns';
import { once } from 'node:events';
import { after, describe, mock, test } from 'node:test';
import { createLookup } from '../../src/transport/lookup.ts';

const sockets: Socket[] = [];
after(() => {
  for (const socket of sockets) socket.close();
});

/** A name server, by what it answers to each question. */
const startServer = async (answer: (question: Buffer) => Buffer | undefined): Promise<string> => {
  const socket = createSocket('udp4', (question, { port, address }) => {
    const message = answer(question);
    if (message !== undefined) socket.send(message, port, address);
  });
  sockets.push(socket);
  await once(socket.bind(0, '127.0.0.1'), 'listening');
  return `127.0.0.1:${socket.address().port}`;
};

/** That there is no such name. Source: RFC 1035, 4.1.1. */
const noSuchName = (question: Buffer): Buffer => {
  const message = Buffer.from(question);
  message.writeUInt16BE(0x8183, 2);
  return message;
};

/** What a lookup of the name ends with, and for which names Node's own was asked. */
const lookUp = async (name: string, servers: readonly string[]) => {
  const asked: unknown[] = [];
  const own = mock.method(dns, 'lookup', (...given: unknown[]) => {
    asked.push(given[0]);
    const callback = given.at(-1) as (error: null, addresses: readonly unknown[]) => void;
    callback(null, [{ address: '127.0.0.1', family: 4 }]);
  });
  try {
    const [error, addresses] = await new Promise<readonly [Error | null, unknown]>(resolve => {
      createLookup(servers)(name, { all: true }, (failure, answer) => resolve([failure, answer]));
    });
    return { code: (error as NodeJS.ErrnoException | null)?.code, addresses, asked };
  } finally {
    own.mock.restore();
  }
};

const found = [{ address: '127.0.0.1', family: 4 }];

describe('a name is looked up as Node.js does', () => {
  test('when a name server answers, whatever it says', async () => {
    const end = await lookUp('collector', [await startServer(noSuchName)]);
    assert.deepEqual(end, { code: undefined, addresses: found, asked: ['collector'] });
  });

  test('when no name server has to be asked', async () => {
    const silent = await startServer(() => undefined);
    for (const name of ['localhost', 'LOCALHOST', 'a.localhost']) {
      assert.deepEqual(await lookUp(name, [silent]), { code: undefined, addresses: found, asked: [name] });
    }
  });

  test('when nobody is there who could be silent', async () => {
    const end = await lookUp('collector', ['127.0.0.1:1']);
    assert.deepEqual(end, { code: undefined, addresses: found, asked: ['collector'] });
  });

  test('but not while name servers are silent, as it would hold a process that ends', async () => {
    const silent = await startServer(() => undefined);
    const end = await lookUp('collector', [silent]);
    assert.deepEqual(end, { code: 'ETIMEOUT', addresses: [], asked: [] });
  });
});
