/** The API of express.js with Fastify: the same hooks, plugins in plugins. */
const { randomUUID } = require('node:crypto');
const { fastify } = require('fastify');
const { listening } = require('./control.js');

const app = fastify();
app.addHook('onRequest', async (request, reply) => {
  reply.header('x-request-id', randomUUID());
});
app.addHook('onRequest', async (request, reply) => {
  reply.header('x-content-type-options', 'nosniff').header('cache-control', 'no-store');
});

const users = async plugin => {
  plugin.get('/', async () => []);
  plugin.get('/:id', async request => ({
    id: request.params.id,
    name: 'Ada',
    roles: ['admin', 'editor'],
    active: true,
  }));
  plugin.post('/:id/notes', async (request, reply) =>
    reply.code(201).send({ id: 7, user: request.params.id, text: request.body.text }),
  );
};
const api = async plugin => {
  plugin.decorateRequest('user', null);
  plugin.addHook('preHandler', async request => {
    request.user = { id: 1 };
  });
  plugin.get('/health', async () => ({ ok: true }));
  plugin.register(users, { prefix: '/users' });
};
app.register(api, { prefix: '/api' });

app.listen({ port: 0, host: '127.0.0.1' }).then(() => listening(app.server));
