/** An application with as many routes as a page of many series needs; every answer's status is chosen by the client. */
const express = require('express');
const { listening } = require('./control.js');

const app = express();
for (let route = 0; route < Number(process.env.BENCH_ROUTES); route++) {
  app.all(`/api/v1/resource${route}/:id`, (request, response) =>
    response.status(Number(request.params.id)).json({ ok: true }),
  );
}
const server = app.listen(0, '127.0.0.1', () => listening(server));
