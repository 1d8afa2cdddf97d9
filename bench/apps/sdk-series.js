/**
 * Series recorded through the OpenTelemetry API: the contract's counter and histogram, or fifty counters of the
 * application's own. Whoever provides the meter shows them: the preload or `stock-exporter.js`.
 */
const { createServer } = require('node:http');
const { metrics } = require('@opentelemetry/api');
const { listening } = require('./control.js');
const { recordAll, requestLabels } = require('./label-sets.js');

const meter = metrics.getMeter('bench');
const count = Number(process.env.BENCH_LABEL_SETS);

if (process.env.BENCH_SHAPE === 'requests') {
  const requests = meter.createCounter('http_requests_total', {
    description: 'Total number of HTTP requests',
  });
  const duration = meter.createHistogram('http_request_duration_seconds', {
    description: 'HTTP request duration in seconds',
    advice: { explicitBucketBoundaries: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10] },
  });
  recordAll(requestLabels(count), (labels, seconds) => {
    requests.add(1, labels);
    duration.record(seconds, labels);
  });
} else {
  for (let instrument = 0; instrument < 50; instrument++) {
    const counter = meter.createCounter(`shop.orders${instrument}`, { description: 'Orders' });
    recordAll(requestLabels(count / 50), labels => counter.add(1, labels));
  }
}

const server = createServer();
server.listen(0, '127.0.0.1', () => listening(server));
