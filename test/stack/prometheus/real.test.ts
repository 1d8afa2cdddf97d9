import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { type App, startApp } from '../../child.ts';
import { until } from '../../real-prometheus/faults.ts';
import { type Prometheus, startConfigured } from '../../real-prometheus/prometheus-server.ts';
import { stackNames } from '../metric-names.ts';
import { prometheus2, prometheus3 } from '../programs.ts';
import { alerts, allRules, ruleFiles } from './rules.ts';
import { readConfiguration, tokenFile, withPlaces } from './shipped.ts';
import { startShipped } from './start-shipped.ts';

const token = 'aZ09-._~';

interface RuleState {
  readonly name: string;
  readonly health: string;
  readonly lastError?: string;
  readonly state?: string;
}

/** Those of groups with an interval of their own, a minute, may not have had their turn. */
const rules = async (prometheus: Prometheus): Promise<(RuleState & { isSlow: boolean })[]> =>
  (await prometheus.get<{ groups: { interval: number; rules: RuleState[] }[] }>('rules')).groups.flatMap(
    ({ interval, rules }) => rules.map(rule => ({ ...rule, isSlow: interval > 1 })),
  );

/** An application behind a token, with a request now and then while Prometheus looks. */
const startMonitored = async (): Promise<App & { place: string }> => {
  const app = await startApp('real-prometheus/delays.mjs', { env: { MONITORING_METRICS_TOKEN: token } });
  return { ...app, place: new URL(app.metricsUrl).host };
};

for (const [version, program] of [
  ['2.42', prometheus2],
  ['3.5', prometheus3],
] as const)
  describe(`Prometheus ${version} with the shipped configuration`, { skip: program.skip }, () => {
    it('lets nothing be down, no rule fail and its log be silent, and only the watchdog fires', async t => {
      const app = await startMonitored();
      t.after(() => app.stop());
      const places = { targets: { ykmake: [app.place] }, interval: '1s' };
      const prometheus = await startShipped(program.path, places, { token });
      t.after(() => prometheus.stop());
      const objectives = 'job_slo:error_ratio:rate5m';
      await until('the ratios of both objectives', async () => {
        await (await fetch(`${app.url}/after/1`)).text();
        return (await prometheus.query(objectives)).length === 2;
      });
      await until('an evaluation of every rule', async () =>
        (await rules(prometheus)).every(({ health, isSlow }) => health !== 'unknown' || isSlow),
      );

      const states = await rules(prometheus);
      assert.equal(states.length, allRules.length);
      assert.deepEqual(
        states.filter(({ health, isSlow, lastError }) => (health !== 'ok' && !isSlow) || lastError),
        [],
      );
      const targets = await prometheus.targets();
      assert.deepEqual(
        targets.map(({ health, lastError, labels: { job } }) => ({ health, lastError, job })),
        [{ health: 'up', lastError: '', job: 'ykmake' }],
      );
      const firing = states.filter(({ state }) => state === 'firing' || state === 'pending');
      assert.deepEqual(
        firing.map(({ name }) => name),
        ['Watchdog'],
      );
      assert.deepEqual(prometheus.complaints(), []);
    });

    it('says by up and in the list of targets that the token is wrong', async t => {
      const app = await startMonitored();
      t.after(() => app.stop());
      const places = { targets: { ykmake: [app.place] }, interval: '1s' };
      const prometheus = await startShipped(program.path, places, { token: 'another' });
      t.after(() => prometheus.stop());
      await until('a scrape', async () => (await prometheus.query('up == 0')).length > 0);
      const [target] = await prometheus.targets();
      assert.match(target?.lastError ?? '', /401 Unauthorized/);
    });

    it('has the metrics of its own that rules and dashboards ask for', async t => {
      // Some are only there once an Alertmanager was tried, and the watchdog fires before one is known.
      const late = { alert: 'Late', expr: `vector(time()) > ${Date.now() / 1000 + 8}` };
      const groups = [{ name: 'late', rules: [late] }];
      const places = { targets: {}, alertmanagers: ['127.0.0.1:1'], interval: '1s' };
      const shipped = withPlaces(readConfiguration('prometheus.yml'), places);
      const prometheus = await startConfigured(
        program.path,
        { ...shipped, rule_files: [...shipped.rule_files, 'late.yml'] },
        { [tokenFile]: token, 'late.yml': JSON.stringify({ groups }) },
      );
      t.after(() => prometheus.stop());
      const missing = async (): Promise<string[]> => {
        const page = await prometheus.ownMetrics();
        return (stackNames.prometheus ?? []).filter(name => !new RegExp(`^${name}[{ ]`, 'm').test(page));
      };
      await until('notifications that fail', async () =>
        /^prometheus_notifications_errors_total\{.*\} [1-9]/m.test(await prometheus.ownMetrics()),
      );
      assert.deepEqual(await missing(), []);
      assert.ok(prometheus.complaints().length > 0, 'a log that never complains would prove nothing');
    });
  });

describe('the configuration for Prometheus 3', { skip: prometheus3.skip }, () => {
  it('scrapes as the other one does, names of buckets and exemplars included', async t => {
    const app = await startMonitored();
    t.after(() => app.stop());
    const places = { targets: { ykmake: [app.place] }, interval: '1s' };
    const prometheus = await startShipped(prometheus3.path, places, { token, file: 'prometheus-3.yml' });
    t.after(() => prometheus.stop());
    const trace = '0af7651916cd43dd8448eb211c80319c';
    const bucket = 'http_request_duration_seconds_bucket{le="0.5"}';
    await until('an exemplar', async () => {
      await (
        await fetch(`${app.url}/after/1`, { headers: { traceparent: `00-${trace}-b7ad6b7169203331-01` } })
      ).text();
      return (await prometheus.queryExemplars('http_request_duration_seconds_bucket')).length > 0;
    });
    const [exemplars] = await prometheus.queryExemplars('http_request_duration_seconds_bucket');
    assert.equal(exemplars?.exemplars[0]?.labels.trace_id, trace);
    assert.ok((await prometheus.query(bucket)).length > 0);
    assert.deepEqual(prometheus.complaints(), []);
  });

  it('is refused by 2.42', { skip: prometheus2.skip }, async () => {
    const start = startShipped(prometheus2.path, { targets: {} }, { file: 'prometheus-3.yml' });
    await assert.rejects(start, /field (scrape_protocols|metric_name_escaping_scheme) not found/);
  });
});

describe('the configuration with a store elsewhere', { skip: prometheus3.skip }, () => {
  it('writes to it as the replica that it is', async t => {
    process.env.HOSTNAME = 'replica-1';
    const posts: (string | undefined)[] = [];
    const store = createServer((request, response) => {
      posts.push(request.headers['content-encoding']);
      request.resume().on('end', () => response.writeHead(204).end());
    }).listen(0, '127.0.0.1');
    await once(store, 'listening');
    t.after(() => store.close());
    const { port } = store.address() as AddressInfo;

    const prometheus = await startShipped(
      prometheus3.path,
      { targets: {}, interval: '1s', store: `http://127.0.0.1:${port}/api/v1/push` },
      { file: 'remote-write.yml' },
    );
    t.after(() => prometheus.stop());
    await until('samples that are sent', async () =>
      /^prometheus_remote_storage_samples_total\{.*\} [1-9]/m.test(await prometheus.ownMetrics()),
    );
    assert.equal(posts[0], 'snappy');
    const { yaml } = await prometheus.get<{ yaml: string }>('status/config');
    assert.match(yaml, /__replica__: replica-1/);
    assert.deepEqual(prometheus.complaints(), []);
  });
});

it('the shipped rules are what is tested here', () => {
  assert.equal(ruleFiles.length, 7);
  assert.equal(new Set(alerts.map(({ alert }) => alert)).size, 25);
});
