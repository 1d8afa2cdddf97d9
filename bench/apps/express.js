/** A JSON API as it is usually written: body parser, a few middlewares, routers mounted in routers. */
const { randomUUID } = require('node:crypto');
const express = require('express');
const { listening } = require('./control.js');

// The application's logger, where the requests are logged, too.
if (process.env.BENCH_LOGGER) require(process.env.BENCH_LOGGER).logger.info('starting');

const app = express();
if (process.env.BENCH_DESIGN === 'prom-client') {
  const { measure } = require('./prom-client-design.js');
  app.use((request, response, next) => {
    measure(request, response, ({ baseUrl, route }) => (route ? baseUrl + route.path : 'unmatched'));
    next();
  });
}
app.use((request, response, next) => {
  response.setHeader('x-request-id', randomUUID());
  next();
});
app.use((request, response, next) => {
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('cache-control', 'no-store');
  next();
});
app.use(express.json());

const users = express.Router();
users.get('/', (request, response) => response.json([]));
users.get('/:id', (request, response) =>
  response.json({ id: request.params.id, name: 'Ada', roles: ['admin', 'editor'], active: true }),
);
users.post('/:id/notes', (request, response) =>
  response.status(201).json({ id: 7, user: request.params.id, text: request.body.text }),
);
const api = express.Router();
api.use((request, response, next) => {
  request.user = { id: 1 };
  next();
});
api.get('/health', (request, response) => response.json({ ok: true }));
api.use('/users', users);
app.use('/api', api);

const server = app.listen(0, '127.0.0.1', () => listening(server));
