import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type TracedApp, withTracedApp } from '../traces/traced-app.ts';

interface Line {
  readonly id?: string;
  readonly trace_id?: string;
  readonly span_id?: string;
  readonly trace_flags?: string;
}

const requests = 100;

/** A body in two packets, so that requests get into each other's way. */
const post = async (url: string, id: number): Promise<void> => {
  const body = JSON.stringify({ text: 'x'.repeat(500) });
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.setNoDelay(true);
  socket.write(
    `POST /orders/${id} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n`,
  );
  socket.write(body.slice(0, 100));
  await pause(20 * Math.random());
  socket.write(body.slice(100));
  await text(socket);
};

const linesAfter = async ({ app }: TracedApp, count = requests): Promise<readonly Line[]> => {
  await Promise.all(Array.from({ length: count }, (_, id) => post(app.url, id)));
  const lines = (): readonly Line[] =>
    app
      .stdout()
      .split('\n')
      .filter(line => line.startsWith('{') && line.endsWith('}'))
      .map(line => JSON.parse(line));
  for (let waits = 0; lines().length < 1 + 3 * count && waits < 200; waits++) await pause(20);
  assert.equal(lines().length, 1 + 3 * count, app.stdout());
  return lines();
};

describe('the lines of a traced application', () => {
  test('have the ids of the span of their request', () =>
    withTracedApp('bridge/traced.mjs', {}, async traced => {
      const lines = await linesAfter(traced);
      await traced.receiver.waitFor(spans => spans.filter(({ kind }) => kind === 2).length >= requests);
      const spans = new Map(
        traced.receiver.spans
          .filter(({ kind }) => kind === 2)
          .map(span => [span.attributes['url.path'], span]),
      );
      const [outside, ...inside] = lines;
      assert.equal(outside?.trace_id, undefined);
      for (const line of inside) {
        const span = spans.get(`/orders/${line.id}`);
        assert.ok(span, JSON.stringify(line));
        assert.deepEqual(
          [line.trace_id, line.span_id, line.trace_flags],
          [span.traceId, span.spanId, '01'],
          JSON.stringify(line),
        );
      }
    }));

  test('have none where the loggers are not to be observed', () =>
    withTracedApp(
      'bridge/traced.mjs',
      { OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'winston,pino' },
      async traced => {
        for (const { trace_id } of await linesAfter(traced, 3)) assert.equal(trace_id, undefined);
      },
    ));

  test('have the ids of requests that are not sampled, too', () =>
    withTracedApp('bridge/traced.mjs', { OTEL_TRACES_SAMPLER: 'always_off' }, async traced => {
      const [outside, ...inside] = await linesAfter(traced, 3);
      assert.equal(outside?.trace_id, undefined);
      for (const { trace_id, trace_flags } of inside) {
        assert.match(String(trace_id), /^[\da-f]{32}$/);
        assert.equal(trace_flags, '00');
      }
      assert.equal(new Set(inside.map(({ trace_id }) => trace_id)).size, 3);
    }));
});
