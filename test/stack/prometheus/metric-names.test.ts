import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { catalogNames, metricNames } from '../metric-names.ts';

describe('names of metrics in PromQL', () => {
  it('are those of every selector, with those of recorded series and of __name__', () => {
    const query =
      'sum by (path) (rate(a_total{path!="b_total"}[$__rate_interval])) / on (job) group_left job:c:rate5m or {__name__="d", x=~"e"}';
    assert.deepEqual([...metricNames(query)].sort(), ['a_total', 'd', 'job:c:rate5m']);
  });

  it('are not taken from what is no PromQL, or selects any metric', () => {
    assert.throws(() => metricNames('rate(a_total{[5m])'), /no PromQL at character \d+/);
    assert.throws(() => metricNames('{job="a"}'), /without the name of a metric/);
    assert.throws(() => metricNames('{__name__=~"http_.*"}'), /without the name of a metric/);
  });

  it('of the catalogue are those that Prometheus stores', () => {
    const names = catalogNames();
    assert.ok(names.has('http_requests_total') && names.has('nodejs_gc_duration_seconds_bucket'));
    assert.ok(!names.has('http_request_duration_seconds'));
  });
});
