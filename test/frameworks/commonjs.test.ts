import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { type Child, root, startChild } from '../child.ts';
import { ask } from './ask.ts';
import { callerSpan, traceId } from './failing.ts';

const hapi = `
    const server = require('@hapi/hapi').server({ host: '127.0.0.1', debug: false });
    server.route({ method: 'GET', path: '/api/{id}', handler: () => { throw new Error('boom'); } });
    server.start().then(() => console.log('listening ' + server.info.port));`;

/** The ledgers' applications are ES modules: these are not. */
const applications: Readonly<Record<string, string>> = {
  'hapi-20': hapi,
  'hapi-21': hapi,
  'restify-12': `
    const server = require('restify').createServer();
    server.get('/api/:id', (request, response, next) => next(new Error('boom')));
    server.listen(0, '127.0.0.1', () => console.log('listening ' + server.address().port));`,
  'connect-3': `
    const app = require('connect')().use('/api', (request, response, next) => next(new Error('boom')));
    const server = app.listen(0, '127.0.0.1', () => console.log('listening ' + server.address().port));`,
  'koa-3': `
    const app = new (require('koa'))();
    app.silent = true;
    app.use(() => { throw new Error('boom'); });
    const server = app.listen(0, '127.0.0.1', () => console.log('listening ' + server.address().port));`,
  'h3-1': `
    const { createApp, createRouter, eventHandler, toNodeListener } = require('h3');
    const router = createRouter().get('/api/:id', eventHandler(() => { throw new Error('boom'); }));
    const server = require('node:http').createServer(toNodeListener(createApp().use(router)));
    server.listen(0, '127.0.0.1', () => console.log('listening ' + server.address().port));`,
};
const routes: Readonly<Record<string, string>> = {
  'hapi-20': '/api/{id}',
  'hapi-21': '/api/{id}',
  'restify-12': '/api/:id',
  'h3-1': '/api/:id',
};

const start = (fixture: string, source: string): Child =>
  startChild({
    args: [
      ...['--import', path.join(root, 'test/fixtures/failing/collect.ts')],
      ...['--input-type=commonjs', '-e', source],
    ],
    cwd: path.join(root, 'test/fixtures', fixture),
    env: {},
    node: process.execPath,
  });

for (const [fixture, source] of Object.entries(applications)) {
  test(`a CommonJS application of ${fixture} is observed as well`, async () => {
    const child = start(fixture, source);
    try {
      const port = Number((await child.output(/^listening (\d+)$/m))[1]);
      const headers = { traceparent: `00-${traceId(0)}-${callerSpan}-00` };
      assert.equal(await ask('http', { port, request: 'GET /api/7', headers }), 500);
      const [, told = ''] = await child.output(/^failure (.*)$/m);
      const { route, message } = JSON.parse(told);
      assert.deepEqual([route, message], [routes[fixture], 'boom'], child.stderr());
    } finally {
      await child.stop();
    }
  });
}
