import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { patch } from '../../src/http/frameworks/express.ts';
import { createLifetime, type EndedRequest } from '../../src/http/lifetime.ts';
import { attach, createObservation } from '../../src/http/observation.ts';
import { observeRequests } from '../../src/http/observer.ts';
import { createRootScope } from '../../src/http/route-scope.ts';
import { startFrameworks } from '../../src/http/start-frameworks.ts';
import { createModuleHooks } from '../../src/instrumentations/module-hooks.ts';
import { root } from '../child.ts';
// @ts-expect-error a fixture in plain JavaScript
import { routes } from '../fixtures/http/express-routes.js';

const ended: EndedRequest[] = [];
const failures: string[] = [];
const onFailure = (hook: string, error: unknown): void => void failures.push(`${hook}: ${error}`);
const stopObserving = observeRequests({
  lifetime: createLifetime({
    now: () => performance.now(),
    tracing: undefined,
    onStart: () => {},
    onEnd: request => void ended.push(request),
    onFailure,
  }),
  isOwn: () => false,
  activeTrace: () => undefined,
});
const modules = createModuleHooks(onFailure);
modules.add(
  startFrameworks({
    isOn: framework => framework === 'express',
    load: framework => createRequire(import.meta.url)(`../../src/http/frameworks/${framework}.ts`),
    onFailure,
    undo: [],
  }),
);
after(() => {
  modules.stop();
  stopObserving();
  assert.deepEqual(failures, []);
});

const cases = [
  ['/api/orgs/42/users/7', undefined],
  ['/api/orgs/42/users/7/boom', 'boom'],
  ['/api/orgs/42/users/7/denied', 'denied'],
  ['/api/orgs/42/users/bad', 'bad id'],
  ['/async-boom', 'async boom'],
  ['/sub/report/2026/boom', 'sub boom'],
  ['/skip', undefined],
  ['/nowhere', undefined],
] as const;

for (const from of ['test/fixtures/express-4', 'test/fixtures/express-5.1', '.']) {
  describe(`the error of a request, Express of ${from}`, async () => {
    const express = createRequire(path.join(root, from, 'package.json'))('express');
    const server = routes(express, (_request: unknown, response: { json(body: unknown): void }) =>
      response.json({}),
    ).listen(0, '127.0.0.1');
    before(() => server.listening || once(server, 'listening'));
    after(() => server.close());
    for (const [target, message] of cases) {
      test(`${target}: ${message ?? 'none'}`, async () => {
        ended.length = 0;
        const response = await fetch(`http://127.0.0.1:${server.address().port}${target}`);
        await response.arrayBuffer();
        await new Promise(setImmediate);
        assert.equal(ended.length, 1);
        const error = ended[0]?.observation.error;
        assert.equal(error instanceof Error ? error.message : error, message);
      });
    }
  });
}

test('what fails in an adapter never reaches the application, and is told', () => {
  const told: string[] = [];
  class Layer {
    readonly route = undefined;
    readonly handle: (request: unknown) => string;
    constructor(_path: unknown, _options: unknown, handle: (request: unknown) => string) {
      this.handle = handle;
    }
    handleRequest(request: unknown, _response: unknown, _next: () => void): string {
      return this.handle(request);
    }
    handleError(): void {}
  }
  class Router {
    readonly stack: Layer[] = [];
    use(path: string, handle: (request: unknown) => string): void {
      this.stack.push(new Layer(path, {}, handle));
    }
    route(): void {}
    handle(): void {}
  }
  const tell = (hook: string): void => void told.push(hook);
  patch({ module: 'router', exports: Router, folder: undefined, onFailure: tell });
  patch({ module: 'router', file: 'lib/layer.js', exports: Layer, folder: undefined, onFailure: tell });
  const request = {
    get baseUrl(): string {
      throw new Error('hostile request');
    },
  };
  attach(request, createObservation('GET', '/', 0, createRootScope()));
  const application = new Router();
  application.use('/mount', () => 'answered');
  assert.equal(
    application.stack[0]?.handleRequest(request, {}, () => {}),
    'answered',
  );
  assert.deepEqual(told, ['express']);
});
