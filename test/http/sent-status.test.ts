import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, get, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { sentStatus } from '../../src/http/sent-status.ts';

test('restify writes 444 into a response that is out: what went out counts', async () => {
  const codes: unknown[] = [];
  const server = createServer((_request, response) => {
    response.statusCode = 201;
    codes.push(sentStatus(response));
    response.write('a piece');
    response.statusCode = 444;
    codes.push(response.statusCode, sentStatus(response));
    response.end();
  }).listen(0, '127.0.0.1');
  try {
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const [answer] = await once(get({ host: '127.0.0.1', port, agent: false }), 'response');
    answer.resume();
    await once(answer, 'end');
    assert.deepEqual(codes, [201, 444, 201]);
  } finally {
    server.close();
  }
});

test('a response that says nothing of its headers has the code that it says', () => {
  for (const _header of [undefined, null, '', 'not a status line']) {
    assert.equal(sentStatus({ statusCode: 200, _header } as unknown as ServerResponse), 200);
  }
});
