import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { patch } from '../../src/http/frameworks/nestjs-core.ts';
import { attach, createObservation, type RequestObservation } from '../../src/http/observation.ts';
import { createRootScope } from '../../src/http/route-scope.ts';

type Handler = (request: object, response: object, next: () => void) => unknown;

const fail = (hook: string, error: unknown): void => assert.fail(`${hook}: ${String(error)}`);

const createHandler = () =>
  class ExceptionsHandler {
    next(error: unknown, host: unknown): unknown {
      return [this, error, host];
    }
  };

const createAdapter = () =>
  class ExpressAdapter {
    notFound: Handler | undefined;
    reply(response: unknown, body: unknown, status?: number): unknown {
      return [this, response, body, status];
    }
    setNotFoundHandler(handler: Handler, prefix: string): string {
      this.notFound = handler;
      return prefix;
    }
  };

const patchHandler = (exports: unknown, onFailure = fail): (() => void) | undefined =>
  patch({
    module: '@nestjs/core',
    file: 'exceptions/exceptions-handler.js',
    folder: '',
    exports,
    onFailure,
  });

const patchAdapter = (exports: unknown, onFailure = fail): (() => void) | undefined =>
  patch({
    module: '@nestjs/platform-express',
    file: 'adapters/express-adapter.js',
    folder: '',
    exports,
    onFailure,
  });

const observed = (request: object = {}): { request: object; observation: RequestObservation } => {
  const observation = createObservation('GET', '/', 0, createRootScope());
  attach(request, observation);
  return { request, observation };
};

const hostOf = (...values: readonly unknown[]) => ({ getArgByIndex: (index: number) => values[index] });

test('a Nest that is not as expected is left alone, and that is told', () => {
  class Other {}
  for (const exports of [undefined, null, {}, { ExceptionsHandler: Other, ExpressAdapter: Other }]) {
    assert.throws(() => patchHandler(exports), /this NestJS has no ExceptionsHandler with next/);
    assert.throws(() => patchAdapter(exports), /this NestJS has no ExpressAdapter with reply and setNot/);
  }
  const { reply } = createAdapter().prototype;
  const half = class ExpressAdapter {};
  Object.assign(half.prototype, { reply });
  assert.throws(() => patchAdapter({ ExpressAdapter: half }));
  assert.deepEqual({ ...half.prototype }, { reply });
});

test('what is patched, once, is as it was once the patch is taken back', () => {
  const ExceptionsHandler = createHandler();
  const ExpressAdapter = createAdapter();
  const originals = [ExceptionsHandler, ExpressAdapter].map(({ prototype }) =>
    Object.getOwnPropertyDescriptors(prototype),
  );
  const undo = [patchHandler({ ExceptionsHandler }), patchAdapter({ ExpressAdapter })];
  const { next } = ExceptionsHandler.prototype;
  assert.notEqual(next, originals[0]?.next?.value);
  assert.equal(patchHandler({ ExceptionsHandler }), undefined);
  assert.equal(ExceptionsHandler.prototype.next, next);
  assert.equal(next.length, 2);
  for (const step of undo) step?.();
  for (const [index, { prototype }] of [ExceptionsHandler, ExpressAdapter].entries()) {
    for (const [name, { value }] of Object.entries(originals[index] ?? {}))
      assert.equal((prototype as unknown as Record<string, unknown>)[name], value);
  }
});

test('an error is noted with the request of Express, of Fastify and of Node.js, and handed on as it is', () => {
  const ExceptionsHandler = createHandler();
  patchHandler({ ExceptionsHandler });
  const handler = new ExceptionsHandler();
  const boom = new Error('boom');
  const express = observed();
  const fastify = observed();
  const middleware = observed();
  for (const [{ observation }, host] of [
    [express, hostOf(express.request, { headersSent: false })],
    [fastify, hostOf({ raw: fastify.request }, { raw: { headersSent: true, statusCode: 200 } })],
    [middleware, hostOf(middleware.request, undefined)],
  ] as const) {
    assert.deepEqual(handler.next(boom, host), [handler, boom, host]);
    assert.equal(observation.error, boom);
    assert.equal(observation.isErrorInAnswer, observation === fastify.observation);
  }
});

test('what is none of HTTP is handed on, without a word', () => {
  const ExceptionsHandler = createHandler();
  patchHandler({ ExceptionsHandler });
  const handler = new ExceptionsHandler();
  for (const host of [hostOf(), hostOf(null, null), hostOf('a message'), hostOf({}, {}), hostOf({ raw: {} })])
    assert.deepEqual(handler.next('boom', host), [handler, 'boom', host]);
});

test('a failure of ours is told, and Nest goes on', () => {
  const ExceptionsHandler = createHandler();
  const ExpressAdapter = createAdapter();
  const told: string[] = [];
  const onFailure = (hook: string): void => void told.push(hook);
  patchHandler({ ExceptionsHandler }, onFailure);
  patchAdapter({ ExpressAdapter }, onFailure);
  const handler = new ExceptionsHandler();
  assert.deepEqual(handler.next('boom', undefined), [handler, 'boom', undefined]);
  const adapter = new ExpressAdapter();
  const file = { getStream: () => undefined, errorHandler: () => undefined };
  const response = { req: observed().request };
  assert.deepEqual(adapter.reply(response, file, 201), [adapter, response, file, 201]);
  const trapped = (trap: 'get' | 'has'): object => new Proxy({}, { [trap]: () => assert.fail(trap) });
  for (const body of [trapped('get'), trapped('has')])
    assert.equal((adapter.reply(response, body) as unknown[])[2], body);
  assert.deepEqual(told, ['nestjs-core', 'nestjs-core', 'nestjs-core']);
});

test('what nothing takes loses its route, and the handler keeps its length, its this and what it returns', () => {
  const ExpressAdapter = createAdapter();
  patchAdapter({ ExpressAdapter });
  const adapter = new ExpressAdapter();
  const notFound = function notFound(this: unknown, request: object, response: object, next: () => void) {
    return [this, request, response, next];
  };
  assert.equal(adapter.setNotFoundHandler(notFound, '/api'), '/api');
  const { notFound: given = assert.fail() } = adapter;
  assert.equal(given.length, 3);
  assert.equal(given.name, 'notFound');
  const { request, observation } = observed();
  observation.route = '/api/*path';
  const next = (): void => {};
  assert.deepEqual(Reflect.apply(given, adapter, [request, request, next]), [
    adapter,
    request,
    request,
    next,
  ]);
  assert.equal(observation.route, undefined);
});

test('a file that fails, or has failed, is noted; no error is handled for anybody', async () => {
  const ExpressAdapter = createAdapter();
  patchAdapter({ ExpressAdapter });
  const boom = new Error('boom');
  const fileOf = (stream: Readable) => ({ getStream: () => stream, errorHandler: () => undefined });
  const stream = new Readable({ read() {} });
  const first = observed();
  new ExpressAdapter().reply({ req: first.request }, fileOf(stream));
  assert.equal(stream.listenerCount('error'), 0);
  stream.on('error', () => {});
  stream.destroy(boom);
  await new Promise(resolve => stream.once('close', resolve));
  assert.equal(first.observation.error, boom);
  const second = observed();
  new ExpressAdapter().reply({ req: second.request }, fileOf(stream));
  assert.equal(second.observation.error, boom);
});
