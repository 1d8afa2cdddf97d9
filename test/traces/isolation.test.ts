import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type App, register, root, startApp } from '../child.ts';

const requests = 200;
const nodes = {
  'this Node.js': process.execPath,
  'Node.js 22 (TEST_NODE_22)': process.env.TEST_NODE_22,
  'Node.js 26 (TEST_NODE_26)': process.env.TEST_NODE_26,
};

const isolated = async (
  { node, way }: { readonly node: string | undefined; readonly way: string },
  run: (app: App) => Promise<void>,
): Promise<void> => {
  const app = await startApp('', {
    args: ['--import', register, `${root}/test/fixtures/traces/isolation.mjs`, way],
    // Nobody listens there: what is sent does not matter here.
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:65534', OTEL_LOG_LEVEL: 'info' },
    ...(node !== undefined && { node }),
  });
  try {
    await run(app);
  } finally {
    await app.stop();
  }
};

const traceparent = (): string =>
  `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;

const head = (path: string, length: number): string =>
  `POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntraceparent: ${traceparent()}\r\ncontent-length: ${length}\r\n`;

/** A body in five packets, with pauses between them in which the others' packets come. */
const post = async (app: App, path: string): Promise<readonly unknown[]> => {
  const body = JSON.stringify({ text: 'x'.repeat(2_000) });
  const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
  socket.setNoDelay(true);
  socket.write(`${head(path, body.length)}connection: close\r\n\r\n`);
  for (let part = 0; part < 5; part++) {
    await pause(Math.random() * 20);
    socket.write(body.slice((part * body.length) / 5, ((part + 1) * body.length) / 5));
  }
  return answersIn(await text(socket));
};

const answersIn = (raw: string): readonly unknown[] =>
  raw
    .split(/(?=HTTP\/1\.1 )/)
    .map(answer =>
      JSON.parse(/\r\n\r\n(?:[\da-f]+\r\n)?(\[.*?\])(?:\r\n0\r\n\r\n)?$/s.exec(answer)?.[1] ?? '"no answer"'),
    );

const wrongAfterwards = async (app: App): Promise<number> =>
  Number(await (await fetch(`${app.url}/wrong`)).text());

for (const [name, node] of Object.entries(nodes)) {
  const options = node === undefined ? { skip: `${name} is not given` } : {};
  describe(`the active trace on ${name}`, options, () => {
    for (const [way, path] of [
      ['express', '/'],
      ['express', '/parsed'],
      ['raw', '/'],
    ] as const) {
      test(`is its own in each of ${requests} requests at once, ${way} ${path}`, () =>
        isolated({ node, way }, async app => {
          const answers = await Promise.all(Array.from({ length: requests }, () => post(app, path)));
          assert.deepEqual(answers, Array(requests).fill([[]]));
          await pause(50);
          assert.equal(await wrongAfterwards(app), 0);
        }));
    }

    test('is its own in each of ten pipelined requests', () =>
      isolated({ node, way: 'raw' }, async app => {
        const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
        const body = '{}';
        for (let index = 0; index < 10; index++) {
          const last = index === 9 ? 'connection: close\r\n' : '';
          socket.write(`${head('/', body.length)}${last}\r\n${body}`);
        }
        assert.deepEqual(answersIn(await text(socket)), Array(10).fill([]));
        assert.equal(await wrongAfterwards(app), 0);
      }));

    test('control: without our part in the events of a request it is not', () =>
      isolated({ node, way: 'broken' }, async app => {
        const answers = await Promise.all(Array.from({ length: 20 }, () => post(app, '/')));
        assert.notDeepEqual(answers, Array(20).fill([[]]));
      }));
  });
}
