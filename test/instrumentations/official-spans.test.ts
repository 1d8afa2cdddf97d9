import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { treesOf } from '../otlp-receiver.ts';
import { settled, withScenario } from './official-app.ts';
import { expectedTraces } from './official-trees.ts';

const kinds = { mjs: 'by import', cjs: 'by require' } as const;

describe('the spans of a library', { concurrency: 2 }, () => {
  for (const { library, answer, tree, attributes } of expectedTraces) {
    for (const as of ['mjs', 'cjs'] as const) {
      test(`${library}, loaded ${kinds[as]}`, () =>
        withScenario({ library, as }, async ({ ask, receiver, loaded, app }) => {
          assert.deepEqual(await ask(), answer);
          const expected = tree.trim();
          await settled(receiver, expected.split('\n').length);
          const { spans } = receiver;
          assert.equal(treesOf(spans), expected);
          const [name, some] = attributes;
          const span = spans.find(span => span.name === name);
          for (const [key, value] of Object.entries(some)) assert.equal(span?.attributes[key], value, key);
          // Keys, passwords and tokens that the scenarios use.
          assert.doesNotMatch(JSON.stringify(spans), /geheim/);
          assert.deepEqual(await loaded(), [library]);
          assert.doesNotMatch(app.stderr(), /hook|OpenTelemetry/);
        }));
    }
  }

  for (const as of ['mjs', 'cjs'] as const) {
    test(`lru-memoizer, loaded ${kinds[as]}: who waits for another's answer goes on in its own trace`, () =>
      withScenario({ library: 'lru-memoizer', as }, async ({ ask, receiver, app }) => {
        const first = ask('/first');
        await app.scrape();
        const answers = await Promise.all([first, ask('/second')]);
        await settled(receiver, 2);
        assert.equal(new Set(answers).size, 2, String(answers));
        assert.deepEqual(
          [...answers].sort(),
          receiver.spans.map(({ traceId }) => traceId).sort(),
          treesOf(receiver.spans),
        );
      }));

    test(`socket.io, loaded ${kinds[as]}`, () =>
      withScenario({ library: 'socket.io', as }, async ({ ask, receiver }) => {
        assert.equal(await ask(), 'answer to why');
        await settled(receiver, 5);
        // Regression: the client's call that becomes a WebSocket was an error, as if it had been given up.
        const tree = [
          'GET server',
          '  GET client',
          'receive / consumer',
          'receive / consumer',
          '  send / producer',
        ];
        assert.equal(treesOf(receiver.spans), tree.join('\n'));
        const own = receiver.spans.filter(({ name }) => name !== 'GET');
        const events = own.map(({ attributes }) => attributes['messaging.socket.io.event_name']);
        assert.deepEqual(events.sort(), ['connection', 'heard', 'question']);
      }));
  }

  test('control, without its instrumentation: lru-memoizer calls back in the trace of another', () => {
    const env = { OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'lru-memoizer' };
    return withScenario({ library: 'lru-memoizer', env }, async ({ ask, app }) => {
      const first = ask('/first');
      await app.scrape();
      const answers = await Promise.all([first, ask('/second')]);
      assert.equal(new Set(answers).size, 1, String(answers));
    });
  });

  test('grpc: a call that fails is an error on both sides, and no span of HTTP is beside it', () =>
    withScenario({ library: 'grpc' }, async ({ ask, receiver }) => {
      assert.equal(await ask('/nobody'), 'nobody is there');
      await settled(receiver, 3);
      assert.equal(
        treesOf(receiver.spans),
        'GET server\n  grpc.test.Greeter/Greet client error\n    grpc.test.Greeter/Greet server error',
      );
    }));
});
