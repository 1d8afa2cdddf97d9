import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe } from 'node:test';
import { register, root, startChild } from '../child.ts';
import { node22, node22Old, node24, node26, testOn } from '../node-versions.ts';

const script = `${root}/test/fixtures/traces/list-headers.mjs`;

/** What the application sends, byte by byte, by the path of the call. */
const sentBy = async (node: string, args: readonly string[]): Promise<ReadonlyMap<string, string>> => {
  const sent = new Map<string, string>();
  const server = createServer(socket => {
    let text = '';
    let answering: NodeJS.Timeout | undefined;
    const answer = (): void => {
      sent.set(decodeURIComponent(/ \/(\S*) /.exec(text)?.[1] ?? ''), text);
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
    };
    socket.setEncoding('latin1').on('data', data => {
      text += data;
      if (/expect:/i.test(text) && !text.endsWith('body')) socket.write('HTTP/1.1 100 Continue\r\n\r\n');
      clearTimeout(answering);
      answering = setTimeout(answer, 50);
    });
    socket.on('error', () => {});
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const child = startChild({
    node,
    args: [...args, script, `http://127.0.0.1:${(server.address() as AddressInfo).port}`],
    env: {
      OTEL_EXPORTER_PROMETHEUS_PORT: '0',
      // Nobody listens there: what is sent to it does not matter here.
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:65534',
      MONITORING_SHUTDOWN_TIMEOUT: '100',
    },
  });
  try {
    assert.deepEqual(await child.exit(), { code: 0, signal: null }, child.stderr());
  } finally {
    server.close();
  }
  return sent;
};

const line = /^traceparent: 00-[\da-f]{32}-[\da-f]{16}-01\r\n/gm;
/** The application says it itself; and what was sent before anybody heard of the call. */
const without = ['own', 'expectation'];

describe('headers given as a list', { concurrency: 2 }, () => {
  for (const version of [node22Old, node22, node24, node26]) {
    testOn(version, 'are sent as they are, with the trace after them', async node => {
      const [bare, traced] = [await sentBy(node, []), await sentBy(node, ['--import', register])];
      assert.equal(bare.size, 9);
      assert.deepEqual([...traced.keys()], [...bare.keys()]);
      for (const [name, text] of traced) {
        assert.equal(text.match(line)?.length ?? 0, without.includes(name) ? 0 : 1, text);
        assert.equal(text.replace(line, ''), bare.get(name));
        // Control: the trace is in what was compared.
        assert.equal(text === bare.get(name), without.includes(name));
      }
    });
  }
});
