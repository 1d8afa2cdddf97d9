import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startApp } from '../child.ts';
import { startPglite } from '../database/pglite-server.ts';
import type { DatabaseServer } from '../database/postgres-server.ts';
import { metric } from '../page.ts';
import { compare, type Page, readPage } from './comparison.ts';
import { buckets, type KnownDifference, knownDifferences } from './known-differences.ts';
import { type Recording, recordApplication } from './recording.ts';
import type { Sent } from './visits.ts';

const originalBuckets = {
  MONITORING_HTTP_BUCKETS: '.1,.5,1,2,5',
  MONITORING_DB_BUCKETS: '.01,.05,.1,.5,1',
};

let database: DatabaseServer;
let old: Recording;
let both: Recording;
let migrated: Recording;
let withOriginalBuckets: Recording;

before(async () => {
  database = await startPglite();
  const databaseUrl = database.url;
  old = await recordApplication({ script: 'old-app.mjs', preload: false, databaseUrl });
  both = await recordApplication({ script: 'old-app.mjs', preload: true, databaseUrl });
  migrated = await recordApplication({ script: 'new-app.mjs', preload: true, databaseUrl });
  withOriginalBuckets = await recordApplication({
    script: 'new-app.mjs',
    preload: true,
    databaseUrl,
    env: originalBuckets,
  });
});
after(() => database?.stop());

/** The old page as ours has to be. */
const corrected = (text: string, sent: Sent, known: readonly KnownDifference[]): Page => {
  const page = readPage(text);
  for (const { correct } of known) correct(page, sent);
  return page;
};

const comparable = (text: string, known: readonly KnownDifference[]): Page =>
  new Map([...readPage(text)].filter(([name]) => !known.some(({ added }) => added?.test(name))));

const unexplained = (ours: string, known: readonly KnownDifference[]): string[] =>
  compare(corrected(old.route, old.sent, known), comparable(ours, known));

describe('the hand-wired application and the migrated one under the same load', () => {
  test('nothing differs but what is known, series by series', () => {
    assert.deepEqual(unexplained(migrated.route, [...knownDifferences, buckets]), []);
  });

  test('with the original buckets the bounds are equal, too', () => {
    assert.deepEqual(unexplained(withOriginalBuckets.route, knownDifferences), []);
  });

  test('every known difference is there: without it the comparison finds something', () => {
    const all = [...knownDifferences, buckets];
    const found = unexplained(migrated.route, all).length;
    for (const { what } of all) {
      const others = all.filter(one => one.what !== what);
      assert.ok(unexplained(migrated.route, others).length > found, what);
    }
  });

  test('every request of the load is counted once; the old page lacks those whose client left', () => {
    const total = (page: string): number =>
      Object.values(metric(page, 'http_requests_total')).reduce((sum, count) => sum + count, 0);
    const sent = [...migrated.sent].reduce((sum, [, times]) => sum + times, 0);
    assert.equal(total(migrated.route), sent);
    assert.equal(total(old.route), sent - 2);
  });

  test('the time of a query does not contain the wait for a connection of the pool', () => {
    const seconds = (page: string): number =>
      metric(page, 'db_query_duration_seconds_sum')['{operation="SELECT",table="none"}'] ?? Number.NaN;
    // Four of them have waited about 0.4 s each, behind one that sleeps for 0.5 s.
    assert.ok(
      seconds(old.route) - seconds(migrated.route) > 0.8,
      `${seconds(old.route)}, ${seconds(migrated.route)}`,
    );
  });

  test('the metrics route has the same type of content', () => {
    assert.equal(migrated.contentType, old.contentType);
  });
});

describe('both at once: the hand-wired application under the preload', () => {
  test('its own page is as it was', () => {
    const [before, after] = [old, both].map(({ route }) => comparable(route, knownDifferences));
    assert.deepEqual(compare(before ?? new Map(), after ?? new Map()), []);
  });

  test('our page says of it what it says of the migrated application', () => {
    const ours = comparable(both.port, knownDifferences);
    const theirs = comparable(migrated.port, knownDifferences);
    for (const page of [ours, theirs]) {
      for (const name of page.keys()) if (!/^(http|db)_/.test(name)) page.delete(name);
    }
    assert.deepEqual(compare(ours, theirs), []);
  });

  test('a metric that only the application knows is on our page, too', async () => {
    const app = await startApp('migrating/own-metric.mjs');
    try {
      assert.deepEqual(metric(await app.scrape(), 'orders_total'), { '': 3 });
    } finally {
      await app.stop();
    }
  });
});

describe('an unknown difference fails the comparison', () => {
  const all = [...knownDifferences, buckets];
  const injected: readonly [what: string, from: RegExp, to: string, found: RegExp][] = [
    [
      'a count',
      /^(http_requests_total\{.*path="\/health".*\}) \d+$/m,
      '$1 1',
      /^http_requests_total\{.*\/health.*→ 1$/,
    ],
    ['a label value', /path="\/report"/g, 'path="/reports"', /\/reports/],
    ['a label name', /status="/g, 'code="', /labels method,path,status → code,method,path$/],
    ['a HELP text', /Database query duration/, 'Duration', /^db_query_duration_seconds: help/],
    [
      'a type',
      /^# TYPE http_requests_total counter/m,
      '# TYPE http_requests_total gauge',
      /: type counter → gauge/,
    ],
    ['a bound', /le="0.5"/g, 'le="0.6"', /: bounds /],
    ['a metric more', /$/, '# HELP more More\n# TYPE more gauge\nmore 1\n', /^more: only on our page$/],
    [
      'a metric less',
      /^.*db_query_duration_seconds.*\n/gm,
      '',
      /^db_query_duration_seconds: only on the old page$/,
    ],
  ];
  for (const [what, from, to, found] of injected) {
    test(what, () => {
      const changed = migrated.route.replace(from, to);
      assert.notEqual(changed, migrated.route);
      assert.match(unexplained(changed, all).join('\n'), new RegExp(found, 'm'));
    });
  }
});
