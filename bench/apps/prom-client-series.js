/** The contract's counter and histogram in prom-client, served as its documentation shows. */
const { createServer } = require('node:http');
const { register } = require('prom-client');
const { listening } = require('./control.js');
const { recordAll, requestLabels } = require('./label-sets.js');
const { observe } = require('./prom-client-design.js');

recordAll(requestLabels(Number(process.env.BENCH_LABEL_SETS)), observe);

const server = createServer(async (request, response) => {
  response.setHeader('content-type', register.contentType);
  response.end(await register.metrics());
});
server.listen(0, '127.0.0.1', () => listening(server));
