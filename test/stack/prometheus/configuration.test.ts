import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as metrics from '../../../src/catalog/metrics.ts';
import { metricNames, stackNames } from '../metric-names.ts';
import { alerts, allRules, isAlert, ruleFiles, seconds } from './rules.ts';
import { type Configuration, readConfiguration, type ScrapeJob } from './shipped.ts';

const base = readConfiguration('prometheus.yml');

/** What `more` has and `less` has not, as paths; and what differs. */
const differences = (less: unknown, more: unknown, where = ''): string[] => {
  const isObject = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null;
  if (!isObject(less) || !isObject(more)) return less === more ? [] : [where];
  return [...new Set([...Object.keys(less), ...Object.keys(more)])].flatMap(key =>
    differences(less[key], more[key], `${where}/${key}`),
  );
};

const job = (configuration: Configuration, name: string): ScrapeJob => {
  const found = configuration.scrape_configs.find(({ job_name }) => job_name === name);
  assert.ok(found, `no job ${name}`);
  return found;
};

/** The names and ports that a job, or Alertmanager, is looked for at. */
const addresses = (text: object): string[] => {
  const found = JSON.stringify(text);
  return [
    ...[...found.matchAll(/"names":\["([\w-]+)"\],"type":"A","port":(\d+)/g)].map(
      ([, name, port]) => `${name}:${port}`,
    ),
    ...[...found.matchAll(/"targets":\["([\w-]+:\d+)"\]/g)].map(([, target]) => target ?? ''),
  ];
};

describe('the configuration of Prometheus', () => {
  it('looks for each part of the stack where it is', () => {
    const found = Object.fromEntries(base.scrape_configs.map(job => [job.job_name, addresses(job)]));
    assert.deepEqual(found, {
      ykmake: ['app:9464'],
      'otel-collector': ['otel-collector:8888'],
      pushed: ['otel-collector:8889'],
      prometheus: ['localhost:9090'],
      grafana: ['grafana:3000'],
      alertmanager: ['alertmanager:9093'],
      tempo: ['tempo:3200'],
      loki: ['loki:3100'],
    });
    assert.deepEqual(addresses(base.alerting), ['alertmanager:9093']);
  });

  it('names by DNS what may not be there, so that nothing is down that was never started', () => {
    const fixed = base.scrape_configs.filter(job => 'static_configs' in job).map(({ job_name }) => job_name);
    assert.deepEqual(fixed, ['otel-collector', 'pushed', 'prometheus', 'grafana']);
  });

  it('has no target of the host by default', () => {
    assert.deepEqual(job(base, 'ykmake').file_sd_configs, [{ files: ['targets/*.yml'] }]);
  });

  it('allows an application what the package can make with its own limit on label sets', () => {
    const samples = Object.values(metrics)
      .map(metric => (metric.type === 'histogram' && 'buckets' in metric ? metric.buckets.length + 3 : 1))
      .reduce((sum, series) => sum + series * 2_000, 0);
    const limit = Number(job(base, 'ykmake').sample_limit);
    assert.ok(limit > samples, `sample_limit is ${limit}; ${samples} samples may come`);
  });

  it('for Prometheus 3 is the same, and what only it knows', () => {
    assert.deepEqual(differences(base, readConfiguration('prometheus-3.yml')).sort(), [
      '/global/metric_name_escaping_scheme',
      '/global/scrape_protocols',
      '/scrape_configs/0/fallback_scrape_protocol',
    ]);
  });

  it('for a store elsewhere is the same, and how it is written to', () => {
    const remote = readConfiguration('remote-write.yml');
    assert.deepEqual(differences(base, remote).sort(), [
      '/alerting/alert_relabel_configs',
      '/global/external_labels/__replica__',
      '/remote_write',
    ]);
  });

  it('that differs in anything else is noticed', () => {
    const other = { ...base, global: { ...base.global, scrape_interval: '30s' }, rule_files: [] };
    assert.deepEqual(differences(base, other), ['/global/scrape_interval', '/rule_files/0']);
  });
});

describe('what is written to a store elsewhere', () => {
  const [store] = readConfiguration('remote-write.yml').remote_write as [
    { write_relabel_configs: [{ source_labels: string[]; regex: string }] },
  ];
  const [{ source_labels: labels, regex }] = store.write_relabel_configs;
  const isDropped = (job: string, name: string): boolean =>
    new RegExp(`^(?:${regex})$`).test(`${job};${name}`);

  it('is all that rules and dashboards read', () => {
    assert.deepEqual(labels, ['job', '__name__']);
    const ours = Object.entries(stackNames).flatMap(([job, names]) =>
      names.map(name => [job, name] as const),
    );
    const names = allRules.flatMap(({ expr, record }) => [...metricNames(expr), ...(record ? [record] : [])]);
    const dropped = [...ours, ...names.map(name => ['ykmake', name] as const)].filter(([job, name]) =>
      isDropped(job, name),
    );
    assert.deepEqual(dropped, []);
  });

  it('is not what only the developers of Prometheus and Grafana read', () => {
    assert.ok(isDropped('prometheus', 'prometheus_engine_queries'));
    assert.ok(isDropped('grafana', 'go_goroutines'));
    assert.ok(!isDropped('ykmake', 'go_goroutines'));
  });
});

describe('the rules', () => {
  it('record what the dashboards and the documentation name', () => {
    const recorded = new Set(allRules.flatMap(({ record }) => record ?? []));
    const ratios = ['5m', '30m', '1h', '2h', '6h', '1d', '3d', '30d'].map(
      w => `job_slo:error_ratio:rate${w}`,
    );
    const named = [
      'slo:objective:ratio',
      'job_slo:error_budget_remaining:ratio',
      ...ratios,
      'job:http_requests:rate5m',
      'job:http_errors:ratio_rate5m',
      'job_method_path:http_requests:rate5m',
      'job_method_path:http_errors:ratio_rate5m',
      'job_method_path:http_request_duration_seconds:p95_5m',
      'job_operation_table:db_query_duration_seconds:p95_5m',
    ];
    assert.deepEqual(
      named.filter(name => !recorded.has(name)),
      [],
    );
  });

  it('burn the budget over four pairs of windows for each objective', () => {
    for (const name of ['AvailabilityBudgetBurn', 'LatencyBudgetBurn']) {
      const pairs = alerts
        .filter(({ alert }) => alert === name)
        .map(({ expr, labels: { window, severity } }) => ({
          window,
          severity,
          factor: /group_left \(\) ([\d.]+) \*/.exec(expr)?.[1],
          ranges: [...expr.matchAll(/error_ratio:rate(\w+)\{/g)].map(([, range]) => range),
        }));
      assert.deepEqual(pairs, [
        { window: '1h', severity: 'critical', factor: '14.4', ranges: ['1h', '5m'] },
        { window: '6h', severity: 'critical', factor: '6', ranges: ['6h', '30m'] },
        { window: '1d', severity: 'warning', factor: '3', ranges: ['1d', '2h'] },
        { window: '3d', severity: 'warning', factor: '1', ranges: ['3d', '6h'] },
      ]);
    }
  });

  it('that read long windows run less often, and no more seldom than a recorded value stays', () => {
    const intervals = ruleFiles.flatMap(({ groups }) =>
      groups.map(({ name, interval }) => [name, interval] as const),
    );
    assert.deepEqual(
      intervals.filter(([, interval]) => interval !== undefined),
      [
        ['slo-days', '1m'],
        ['slo-alerts-days', '1m'],
      ],
    );
    assert.ok(intervals.every(([, interval = '15s']) => seconds(interval) < 300));
  });

  it('of several alerts of one name differ in their labels', () => {
    const keys = allRules.filter(isAlert).map(({ alert, labels }) => `${alert} ${JSON.stringify(labels)}`);
    assert.equal(new Set(keys).size, keys.length, keys.join('\n'));
  });
});
