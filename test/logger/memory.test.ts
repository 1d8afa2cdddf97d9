import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { memoryLogging } from './memory-logging.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const count = 20;

/** How many requests are still there after their responses, and how many records they made. */
const heldAfter = async (keep: unknown[] | undefined): Promise<readonly [number, number]> => {
  const ours = memoryLogging();
  const seen: WeakRef<object>[] = [];
  const listener: RequestListener = (request, response) => {
    seen.push(new WeakRef(request));
    keep?.push(request);
    ours.middleware(request, response, () => response.end('ok'));
  };
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  for (let index = 0; index < count; index++) {
    await (await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } })).text();
  }
  server.close();
  await once(server, 'close');
  await new Promise(resolve => setTimeout(resolve, 50));
  collectGarbage();
  return [seen.filter(each => each.deref() !== undefined).length, ours.lines().length];
};

test('no request is held longer than its response', async () => {
  const [held, records] = await heldAfter(undefined);
  assert.equal(records, count);
  assert.ok(held <= 2, `${held} of ${count} are held`);
});

test('control: those that the application holds are there', async () => {
  const kept: unknown[] = [];
  const [held] = await heldAfter(kept);
  assert.equal(held, count);
  assert.equal(kept.length, count);
});
