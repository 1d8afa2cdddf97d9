/** The usual hand-made set-up: prom-client's default metrics, a counter and a histogram fed by a middleware. */
const { collectDefaultMetrics, Counter, Histogram } = require('prom-client');

collectDefaultMetrics();

const labelNames = ['method', 'path', 'status'];
const requests = new Counter({
  name: 'http_requests_total',
  help: 'Total number of HTTP requests',
  labelNames,
});
const duration = new Histogram({
  name: 'http_request_duration_seconds',
  help: 'HTTP request duration in seconds',
  labelNames,
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10],
});

exports.observe = (labels, seconds) => {
  requests.inc(labels);
  duration.observe(labels, seconds);
};

/** @param pathOf tells the route template when the response has been sent */
exports.measure = (request, response, pathOf) => {
  const startedAt = process.hrtime.bigint();
  response.on('finish', () => {
    const labels = { method: request.method, path: pathOf(request), status: response.statusCode };
    exports.observe(labels, Number(process.hrtime.bigint() - startedAt) / 1e9);
  });
};
