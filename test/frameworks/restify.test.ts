import assert from 'node:assert/strict';
import { test } from 'node:test';
import { patch } from '../../src/http/frameworks/restify.ts';
import { attach, createObservation } from '../../src/http/observation.ts';
import { createRootScope } from '../../src/http/route-scope.ts';

const onFailure = (hook: string, error: unknown): void => assert.fail(`${hook}: ${String(error)}`);
const patchServer = (exports: unknown): (() => void) | undefined =>
  patch({ module: 'restify', file: 'lib/server.js', exports, folder: undefined, onFailure });

const createServer = () => {
  const calls: unknown[] = [];
  class Server {
    readonly calls = calls;
    _runPre(...parameters: unknown[]): string {
      calls.push(['_runPre', this, ...parameters]);
      return 'pre';
    }
    _runUse(...parameters: unknown[]): string {
      calls.push(['_runUse', this, ...parameters]);
      return 'use';
    }
    _onHandlerError(...parameters: unknown[]): string {
      calls.push(['_onHandlerError', this, ...parameters]);
      return 'error';
    }
  }
  return Server;
};

const observed = () => {
  const request = { route: { path: '/users/:id' } };
  const observation = createObservation('GET', '/users/7', 0, createRootScope());
  attach(request, observation);
  return { request, observation };
};

test('a restify that is not as expected is left alone, and that is told', () => {
  for (const exports of [undefined, null, {}, class {}]) {
    assert.throws(() => patchServer(exports), /this restify has no _runPre/);
  }
});

test('its own steps are called with what they were, and are as they were once the patch is taken back', () => {
  const Server = createServer();
  const before = Object.getOwnPropertyDescriptors(Server.prototype);
  const undo = patchServer(Server);
  const server = new Server();
  const { request, observation } = observed();
  const boom = new Error('boom');
  const done = () => {};
  assert.equal(server._runPre(request, {}), 'pre');
  assert.equal(server._runUse(request, {}, done), 'use');
  assert.equal(server._onHandlerError(boom, request, {}), 'error');
  assert.equal(server._onHandlerError(boom, {}, {}), 'error');
  assert.deepEqual(server.calls, [
    ['_runPre', server, request, {}],
    ['_runUse', server, request, {}, done],
    ['_onHandlerError', server, boom, request, {}],
    ['_onHandlerError', server, boom, {}, {}],
  ]);
  assert.deepEqual([observation.route, observation.error], ['/users/:id', boom]);
  undo?.();
  assert.deepEqual(Object.getOwnPropertyDescriptors(Server.prototype), before);
});

test('the error is the one that was thrown, not what restify made of it', () => {
  const Server = createServer();
  patchServer(Server);
  const made = Object.assign(new Error('Async middleware rejected without an error'), {
    name: 'AsyncError',
    jse_info: { cause: 'a string' },
  });
  const { request, observation } = observed();
  new Server()._onHandlerError(made, request, {});
  assert.equal(observation.error, 'a string');
  const sentTwice = Object.assign(new Error('sent'), { code: 'ERR_HTTP_HEADERS_SENT' });
  const second = observed();
  new Server()._onHandlerError(sentTwice, second.request, { err: new Error('first') });
  assert.equal(second.observation.error, undefined);
  new Server()._onHandlerError(sentTwice, second.request, {});
  assert.equal(second.observation.error, sentTwice);
});
