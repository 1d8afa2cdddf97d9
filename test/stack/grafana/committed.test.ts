import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { type Dashboard, dashboards, dashboardsFolder, interpolate, panels, queriesOf } from './queries.ts';

const root = path.join(dashboardsFolder, '../..');
const committed = dashboards();
const byUid = (uid: string): Dashboard => {
  const found = committed.find(dashboard => dashboard.uid === uid);
  assert.ok(found, `no dashboard ${uid}`);
  return found;
};

const names = ['overview', 'routes', 'database', 'runtime', 'errors', 'pipeline', 'slo'];

const check = (folder: string) =>
  spawnSync(process.execPath, [path.join(root, 'scripts/dashboards.ts'), '--check', folder], {
    encoding: 'utf8',
  });

describe('the committed dashboards', () => {
  it('are what their source makes, and one that was changed by hand is named', () => {
    const now = check(dashboardsFolder);
    assert.equal(now.status, 0, now.stderr);

    const copy = mkdtempSync(path.join(tmpdir(), 'dashboards-'));
    after(() => rmSync(copy, { recursive: true }));
    cpSync(dashboardsFolder, copy, { recursive: true });
    const file = path.join(copy, 'YkMake/slo.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"refresh": "1m"', '"refresh": "2m"'));
    writeFileSync(path.join(copy, 'YkMake/old.json'), '{}');
    const changed = check(copy);
    assert.equal(changed.status, 1);
    assert.match(
      changed.stderr,
      /out of date: run "npm run dashboards" \(YkMake\/old\.json, YkMake\/slo\.json\)/,
    );
  });

  it('are seven in either language, in the classic form that Grafana 13 reads', () => {
    assert.deepEqual(
      committed.map(({ uid }) => uid).sort(),
      names.flatMap(name => [`ykmake-${name}`, `ykmake-${name}-ko`]).sort(),
    );
    for (const { uid, schemaVersion } of committed) assert.equal(schemaVersion, 42, uid);
  });

  it('ask and show the same in both languages, in other words', () => {
    for (const name of names) {
      const [english, korean] = [byUid(`ykmake-${name}`), byUid(`ykmake-${name}-ko`)];
      const questions = (dashboard: Dashboard) => queriesOf(dashboard).map(({ expr }) => expr);
      assert.deepEqual(questions(korean), questions(english));
      assert.deepEqual(
        panels(korean).map(({ id, type, gridPos }) => ({ id, type, gridPos })),
        panels(english).map(({ id, type, gridPos }) => ({ id, type, gridPos })),
      );
      for (const [index, { description, title }] of panels(korean).entries()) {
        assert.match(description ?? '', /[가-힣]/, `${name}: ${title}`);
        assert.doesNotMatch(panels(english)[index]?.description ?? '', /[가-힣]/, `${name}: ${title}`);
      }
    }
  });

  it('hold the original overview: its title, its refresh, its hour and its panel', () => {
    for (const uid of ['ykmake-overview', 'ykmake-overview-ko']) {
      const overview = byUid(uid);
      assert.equal(overview.title, 'YkMake 개요');
      assert.equal(overview.refresh, '5s');
      assert.deepEqual(overview.time, { from: 'now-1h', to: 'now' });
      const original = panels(overview).find(({ title }) => title === 'HTTP 요청 비율');
      assert.equal(original?.type, 'timeseries');
      assert.equal(original.datasource?.uid, 'prometheus');
      assert.deepEqual(
        original.targets?.map(({ expr }) => expr),
        ['rate(http_requests_total[5m])'],
      );
    }
  });
});

describe('a query', () => {
  const time = { range: 3600, step: 15, scrape: 15 };

  it('is sent with the windows that Grafana computes', () => {
    assert.equal(interpolate('rate(a[$__rate_interval])', {}, time), 'rate(a[60s])');
    assert.equal(interpolate('rate(a[$__rate_interval])', {}, { ...time, step: 300 }), 'rate(a[315s])');
    assert.equal(
      interpolate('a[$__range] > $__range_s + $__interval_ms', {}, time),
      'a[3600s] > 3600 + 15000',
    );
  });

  it('has what is chosen in the place of variables, escaped where there may be several', () => {
    const query = `a{job="$job",path=~"\${path}"}`;
    assert.equal(interpolate(query, { job: 'x', path: ['/a.b'] }), 'a{job="x",path=~"/a\\\\.b"}');
    // A route that is a regular expression: /^\/v\d+$/
    assert.equal(
      interpolate(query, { job: 'x', path: ['^\\/v\\d+$'] }),
      'a{job="x",path=~"\\\\^\\\\\\\\/v\\\\\\\\d\\\\+\\\\$"}',
    );
    assert.equal(interpolate(query, { job: 'x', path: ['/a', '/b'] }), 'a{job="x",path=~"(/a|/b)"}');
    assert.equal(interpolate(query, { job: 'x', path: ['$__all'] }), 'a{job="x",path=~".*"}');
  });

  it('keeps what looks like a variable and is none', () => {
    const query = `label_replace(a, "class", "\${1}xx", "status", "(.)..")`;
    assert.equal(interpolate(query, { job: 'x' }), query);
  });
});
