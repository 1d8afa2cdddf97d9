import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { root } from '../../child.ts';
import { startPrometheus } from '../../real-prometheus/prometheus-server.ts';
import { metricNames } from '../metric-names.ts';
import { prometheus3 } from '../programs.ts';

const page = readFileSync(path.join(root, 'docs/scaling.md'), 'utf8');
const [, signals = ''] = /## Signals that it is time\n([\s\S]*?)\n## /.exec(page) ?? [];
const queries = [...signals.matchAll(/^\|[^|]*\| `([^`]+)` \|/gm)].map(([, query = '']) => query);

describe('the signals of docs/scaling.md', { skip: prometheus3.skip }, () => {
  it('are PromQL about metrics that Prometheus has', async () => {
    // Its own page has those of rules and of a remote store only where there are some.
    assert.ok(queries.length > 8, signals);
    const names = new Set(queries.flatMap(query => [...metricNames(query)]));
    const prometheus = await startPrometheus(prometheus3.path, []);
    try {
      for (const query of queries) await prometheus.query(query);
      const own = await prometheus.ownMetrics();
      const missing = [...names].filter(
        name =>
          !/^(otelcol_|scrape_|prometheus_(remote|rule_group)_)/.test(name) &&
          !new RegExp(`^${name}[{ ]`, 'm').test(own),
      );
      assert.deepEqual(missing, []);
      await assert.rejects(prometheus.query('rate(prometheus_tsdb_head_series)'));
    } finally {
      await prometheus.stop();
    }
  });
});
