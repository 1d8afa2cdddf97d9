import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { openMetricsFormat } from '../../../src/prometheus/exposition.ts';
import { catalogNames, metricNames } from '../metric-names.ts';
import { dashboardsFolder, queries } from './queries.ts';

const grafana = path.join(dashboardsFolder, '..');
const read = (file: string): string => readFileSync(path.join(grafana, file), 'utf8');

/** Grafana's container has this folder there, read-only, and nothing else. */
const mount = '/etc/grafana';
const onDisk = (file: string): string => {
  assert.ok(file.startsWith(`${mount}/`), `${file} is outside of ${mount}`);
  return path.join(grafana, path.relative(mount, file));
};

interface Datasource {
  readonly name: string;
  readonly uid: string;
  readonly jsonData: Readonly<Record<string, unknown>> & {
    readonly timeInterval?: string;
    readonly exemplarTraceIdDestinations?: readonly { name: string; datasourceUid: string }[];
    readonly derivedFields?: readonly { matcherType?: string; matcherRegex: string; datasourceUid: string }[];
    readonly tracesToMetrics?: { queries: readonly { query: string }[] };
  };
}
const { datasources } = parse(read('provisioning/datasources/datasources.yaml')) as {
  datasources: readonly Datasource[];
};
const datasource = (uid: string): Datasource['jsonData'] => {
  const found = datasources.find(one => one.uid === uid);
  assert.ok(found, `no datasource ${uid}`);
  return found.jsonData;
};

const settings = (): Map<string, string> => {
  let section = '';
  const found = new Map<string, string>();
  for (const line of read('grafana.ini').split('\n')) {
    section = /^\[(.+)\]$/.exec(line)?.[1] ?? section;
    const [, key, value] = /^([a-z_]+) = (.+)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) found.set(`${section}.${key}`, value);
    else assert.match(line, /^(;.*|\[.+\]|)$/, 'a line that is neither comment, section nor setting');
  }
  return found;
};

describe('the one read-only mount of grafana/', () => {
  it('holds everything that grafana.ini and the provisioning name', () => {
    const ini = settings();
    for (const key of ['paths.provisioning', 'dashboards.default_home_dashboard_path']) {
      const file = ini.get(key) ?? '';
      assert.ok(existsSync(onDisk(file)), `${key} = ${file} does not exist`);
    }
    const { providers } = parse(read('provisioning/dashboards/dashboards.yaml')) as {
      providers: readonly { options: { path: string } }[];
    };
    for (const { options } of providers)
      assert.notDeepEqual(globSync('*/*.json', { cwd: onDisk(options.path) }), [], options.path);
    // Grafana complains about each of the four that is missing.
    for (const kind of ['datasources', 'dashboards', 'alerting', 'plugins']) {
      const files = globSync(`provisioning/${kind}/*.yaml`, { cwd: grafana });
      assert.equal(files.length, 1, kind);
      assert.equal((parse(read(files[0] ?? '')) as { apiVersion: number }).apiVersion, 1);
    }
  });

  it('is never written to, and asks for nothing from outside', () => {
    const ini = settings();
    for (const key of ['paths.data', 'paths.plugins'])
      assert.match(ini.get(key) ?? '', /^\/var\/lib\/grafana/, key);
    assert.equal(ini.get('log.mode'), 'console');
    assert.equal(ini.get('plugins.preinstall_disabled'), 'true');
    assert.equal(ini.get('analytics.reporting_enabled'), 'false');
    assert.equal(ini.get('auth.anonymous.enabled'), 'false');
    for (const key of ini.keys())
      assert.doesNotMatch(key, /^security\.admin_/, 'a password belongs into no file');
  });
});

describe('the datasources', () => {
  it('are those that the dashboards and each other name', () => {
    const provided = datasources.map(({ uid }) => uid).sort();
    assert.deepEqual(provided, ['alertmanager', 'loki', 'prometheus', 'tempo']);
    const named = [...JSON.stringify(datasources).matchAll(/"datasourceUid":"([^"]+)"/g)].map(
      ([, uid]) => uid,
    );
    assert.deepEqual([...new Set([...named, ...queries().map(({ datasource }) => datasource)])].sort(), [
      'loki',
      'prometheus',
      'tempo',
    ]);
  });

  it('count with the interval at which Prometheus scrapes', () => {
    const { global } = parse(readFileSync(path.join(grafana, '../prometheus/prometheus.yml'), 'utf8')) as {
      global: { scrape_interval: string };
    };
    assert.equal(datasource('prometheus').timeInterval, global.scrape_interval);
  });

  it('lead from an exemplar to its trace by the label that the metrics page writes', () => {
    const exemplar = { value: 0.2, traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), timestamp: 1 };
    const written = [...openMetricsFormat.exemplar(exemplar).matchAll(/(\w+)="a{32}"/g)].map(
      ([, name]) => name,
    );
    const destinations = datasource('prometheus').exemplarTraceIdDestinations ?? [];
    assert.deepEqual(
      destinations.map(({ name, datasourceUid }) => [name, datasourceUid]),
      written.map(name => [name, 'tempo']),
    );
  });

  it('lead from a line of the log to its trace, whether its id is beside it or in it', () => {
    const [beside, inside] = datasource('loki').derivedFields ?? [];
    assert.deepEqual([beside?.matcherType, beside?.matcherRegex], ['label', 'trace_id']);
    const line = JSON.stringify({
      level: 'error',
      message: 'no',
      trace_id: '5b8a'.repeat(8),
      span_id: 'b'.repeat(16),
    });
    const pattern = new RegExp(inside?.matcherRegex ?? '');
    assert.equal(pattern.exec(line)?.[1], '5b8a'.repeat(8));
    assert.equal(pattern.exec(line.replace('trace_id', 'parent_id')), null);
  });

  it('lead from a span to metrics that there are, by attributes that our spans have', () => {
    const source = globSync('../src/{resource.ts,{http,database}/**/*.ts}', { cwd: grafana })
      .map(read)
      .join('\n');
    const traceQueries = datasource('tempo').tracesToMetrics?.queries ?? [];
    assert.notDeepEqual(traceQueries, []);
    for (const { query } of traceQueries) {
      const attributes = [...query.matchAll(/\$\$\{__span\.tags\["([^"]+)"\]\}/g)].map(([, name]) => name);
      assert.equal(attributes.length, 3, query);
      assert.equal(attributes[2], 'service.name', `of every application that has such a route: ${query}`);
      for (const name of attributes) assert.ok(source.includes(`'${name}'`), `no span has ${name}: ${query}`);
      const promql = query.replace(/\$\$\{__span\.tags\["[^"]+"\]\}/g, 'x');
      for (const name of metricNames(promql))
        assert.ok(name === 'target_info' || catalogNames().has(name), `no metric ${name}: ${query}`);
    }
  });
});
