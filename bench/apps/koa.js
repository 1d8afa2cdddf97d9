/** The API of express.js with Koa: body parser, middlewares, routers in routers. */
const { randomUUID } = require('node:crypto');
const { bodyParser } = require('@koa/bodyparser');
const { Router } = require('@koa/router');
const Koa = require('koa');
const { listening } = require('./control.js');

const app = new Koa();
app.use((context, next) => {
  context.set('x-request-id', randomUUID());
  return next();
});
app.use((context, next) => {
  context.set('x-content-type-options', 'nosniff');
  context.set('cache-control', 'no-store');
  return next();
});
app.use(bodyParser());

const users = new Router();
users.get('/', context => {
  context.body = [];
});
users.get('/:id', context => {
  context.body = { id: context.params.id, name: 'Ada', roles: ['admin', 'editor'], active: true };
});
users.post('/:id/notes', context => {
  context.status = 201;
  context.body = { id: 7, user: context.params.id, text: context.request.body.text };
});
const api = new Router({ prefix: '/api' });
api.use((context, next) => {
  context.state.user = { id: 1 };
  return next();
});
api.get('/health', context => {
  context.body = { ok: true };
});
api.use('/users', users.routes());
app.use(api.routes());

const server = app.listen(0, '127.0.0.1', () => listening(server));
