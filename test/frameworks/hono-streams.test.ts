import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import path from 'node:path';
import { test } from 'node:test';
import { patch } from '../../src/http/frameworks/hono.ts';
import { attach, createObservation } from '../../src/http/observation.ts';
import { createRootScope } from '../../src/http/route-scope.ts';
import { root } from '../child.ts';
import { startApplication } from './application.ts';
import { traceId } from './failing.ts';
import { ledgers } from './ledgers/hono.ts';
import { type Context, folder, Hono, onFailure, own } from './patched-hono.ts';

test('the build for require: what fails in a stream is written down when its answer is out', async () => {
  const { stream } = own('hono/streaming') as { readonly stream: (...given: readonly unknown[]) => unknown };
  const late: unknown[] = [];
  const observation = createObservation('GET', '/a', 0, createRootScope(), (_observation, error) =>
    late.push(error),
  );
  const incoming = {};
  attach(incoming, observation);
  const outgoing = Object.assign(new EventEmitter(), { headersSent: true, statusCode: 200 });
  const boom = new Error('boom');
  const app = new Hono().get('/a', (context: Context) => stream(context, () => Promise.reject(boom)));
  const answer = await app.fetch(new Request('http://localhost/a'), { incoming, outgoing });
  assert.equal(await answer.text(), '');
  outgoing.emit('prefinish');
  assert.deepEqual([observation.error, late], [undefined, []]);
  observation.status = 200;
  outgoing.emit('close');
  assert.deepEqual(late, [boom]);
});

test('a helper for streams that is not there is left alone, one that is there is wrapped once', async () => {
  const load = (exports: unknown): (() => void) | undefined =>
    patch({ module: 'hono', file: 'dist/helper/streaming/x.js', exports, folder, onFailure });
  for (const exports of [undefined, null, {}, { stream: 'none' }])
    assert.throws(() => load(exports), /this Hono has no stream/);
  const callback = async (given: unknown): Promise<unknown> => given;
  const helpers = {
    stream: function stream(this: unknown, _context: unknown, run: typeof callback, ...rest: unknown[]) {
      return [this, run, rest];
    },
  };
  const undone = load(helpers);
  const { stream } = helpers;
  load(helpers);
  assert.equal(helpers.stream, stream);
  assert.deepEqual([stream.name, stream.length], ['stream', 2]);
  const [self, observed, rest] = helpers.stream({}, callback, 'onError', 1) as [
    unknown,
    typeof callback,
    unknown,
  ];
  assert.deepEqual([self, rest, await observed(5)], [helpers, ['onError', 1], 5]);
  undone?.();
  assert.equal(helpers.stream({}, callback)[1], callback);
});

for (const ledger of ledgers) {
  test(`${ledger.name}: what fails in a stream is told once, when its answer is out`, async () => {
    const collect = ['--import', path.join(root, 'test/fixtures/failing/collect.ts')];
    const names = ['stream', 'streamSSE', 'streamText'];
    const requests = names.flatMap(name => [`${name}-handled`, `${name}-gone`, name]);
    for (const preload of [[], collect]) {
      const child = await startApplication(ledger, { kind: 'failing', preload, node: process.execPath });
      try {
        for (const [index, name] of requests.entries()) {
          const leave = new AbortController();
          const answer = await fetch(`http://127.0.0.1:${child.port}/api/${name}`, {
            headers: { traceparent: `00-${traceId(index)}-b7ad6b7169203331-00` },
            signal: leave.signal,
          });
          assert.equal(answer.status, 200);
          if (name.endsWith('gone')) leave.abort();
          else assert.match(await answer.text(), /^chunk/);
          if (preload.length > 0 && names.includes(name))
            await child.output(new RegExp(`^failure .*"${traceId(index)}"`, 'm'));
        }
        const told = [...child.stdout().matchAll(/^failure (.*)$/gm)].map(([, json = '']) => {
          const { route, status, message } = JSON.parse(json);
          return [route, status, message];
        });
        const expected = names.map(name => [`/api/${name}`, 200, 'boom']);
        assert.deepEqual(told, preload.length === 0 ? [] : expected, child.stdout());
        // As ever, Hono says so itself.
        await child.output(/(?:^Error: boom$[\s\S]*?){3}/m);
        assert.equal(child.stderr().match(/^Error: boom$/gm)?.length, names.length);
      } finally {
        await child.stop();
      }
    }
  });
}
