/** The same two answers on node:http alone. */
const { createServer } = require('node:http');
const { listening } = require('./control.js');

const measure =
  process.env.BENCH_DESIGN === 'prom-client' ? require('./prom-client-design.js').measure : () => {};

const answer = (response, status, content) => {
  const body = JSON.stringify(content);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
};

const server = createServer((request, response) => {
  const [, , , id] = request.url.split('/');
  if (request.method === 'GET') {
    measure(request, response, () => '/api/users/:id');
    return answer(response, 200, { id, name: 'Ada', roles: ['admin', 'editor'], active: true });
  }
  measure(request, response, () => '/api/users/:id/notes');
  let text = '';
  request.on('data', data => {
    text += data;
  });
  request.on('end', () => answer(response, 201, { id: 7, user: id, text: JSON.parse(text).text }));
});
server.listen(0, '127.0.0.1', () => listening(server));
