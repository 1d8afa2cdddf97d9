/** The API of express.js with Hono: middlewares, applications in applications. */
import { randomUUID } from 'node:crypto';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { listening } from './control.js';

const app = new Hono();
app.use(async (context, next) => {
  context.header('x-request-id', randomUUID());
  await next();
});
app.use(async (context, next) => {
  context.header('x-content-type-options', 'nosniff');
  context.header('cache-control', 'no-store');
  await next();
});

const users = new Hono();
users.get('/', context => context.json([]));
users.get('/:id', context =>
  context.json({ id: context.req.param('id'), name: 'Ada', roles: ['admin', 'editor'], active: true }),
);
users.post('/:id/notes', async context => {
  const { text } = await context.req.json();
  return context.json({ id: 7, user: context.req.param('id'), text }, 201);
});
const api = new Hono();
api.use(async (context, next) => {
  context.set('user', { id: 1 });
  await next();
});
api.get('/health', context => context.json({ ok: true }));
api.route('/users', users);
app.route('/api', api);

const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () => listening(server));
