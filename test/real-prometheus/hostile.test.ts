import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { type App, startApp } from '../child.ts';
import { type Attributes, documentedLabels } from './documented-labels.ts';
import { faultsOf, moreScrapes, until } from './faults.ts';
import { newest, type Prometheus, programs, scrapeJob, skip, startPrometheus } from './prometheus-server.ts';
import { objectionsOf, skipWithoutPromtool } from './promtool.ts';
import { seriesKey, seriesOf } from './series.ts';

const keys = [
  '',
  'a.b',
  'a_b',
  'a b',
  '9lives',
  '1',
  'le',
  'quantile',
  '__proto__',
  '__name__',
  'constructor',
];
const moreKeys = [
  'job',
  'instance',
  'ünï',
  '键',
  '\uD800',
  '\u0000',
  '\n',
  '"',
  '{}',
  '_',
  '__',
  'x'.repeat(1000),
];
const values = ['', '"', '\\', '\\n', '\n', '\r\n', '\u0000', '\uD800', 'a\uDC00b', '😀', 'ünïcode', '{},=#'];
const moreValues = ['\u001B[31mred\u001B[0m', '__proto__', '\uFEFF', '\u2028', ' ', '# EOF\n', '</script>'];

const anyKey = fc.oneof(fc.constantFrom(...keys, ...moreKeys), fc.string({ unit: 'binary', maxLength: 12 }));
const anyValue = fc.oneof(
  fc.constantFrom(...values, ...moreValues),
  fc.string({ unit: 'binary', maxLength: 30 }),
);
const anySet = fc.uniqueArray(fc.tuple(anyKey, anyValue), { maxLength: 4, selector: ([key]) => key });
const seed = 20261123;

/** Every key and value by name, then ten thousand sets of any; the number keeps sets apart that look the same. */
const hostileSets: readonly Attributes[] = [
  ...[...keys, ...moreKeys].map((key): Attributes => [[key, 'value']]),
  ...[...values, ...moreValues, 'x'.repeat(10_000)].map((value): Attributes => [['key', value]]),
  [
    ['le', '1'],
    ['key_le', '2'],
  ] as const,
  [
    ['a.b', 'dot'],
    ['a_b', 'underscore'],
    ['a-b', 'hyphen'],
  ] as const,
  ...fc.sample(anySet, { numRuns: 10_000, seed }),
].map((attributes, index) => [...attributes, ['set.number', String(index)]]);

describe('hostile labels of an application, scraped by a real Prometheus', { skip }, () => {
  let folder: string;
  let app: App;
  let servers: readonly Prometheus[] = [];
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'hostile-labels-'));
    const file = path.join(folder, 'sets.json');
    await writeFile(file, JSON.stringify({ hostile: hostileSets }));
    app = await startApp('real-prometheus/hostile.mjs', {
      env: { LABEL_SETS: file, MONITORING_MAX_SERIES: '20000' },
    });
    const often = { scrape_interval: '3s', scrape_timeout: '3s' };
    const asText = { ...often, scrape_protocols: ['PrometheusText0.0.4'] };
    const jobs = [scrapeJob('hostile', app.metricsUrl, often)];
    const moreJobs = [...jobs, scrapeJob('hostile-text', app.metricsUrl, asText)];
    servers = await Promise.all(
      programs.map(program => startPrometheus(program, program === newest ? moreJobs : jobs)),
    );
    await Promise.all(
      servers.map(async server => {
        const targets = await until('targets', async () => {
          const found = await server.targets();
          return found.length > 0 && found;
        });
        await Promise.all(targets.map(({ labels }) => moreScrapes(server, labels.job ?? '', 3)));
      }),
    );
  });
  after(async () => {
    await Promise.all([app?.stop(), ...servers.map(server => server.stop())]);
    await rm(folder, { recursive: true, force: true });
  });

  test('every scrape is perfect', async () => {
    for (const server of servers) assert.deepEqual(await faultsOf(server), [], server.version);
  });

  test('Prometheus answers with what was recorded, after the documented replacements', async t => {
    const expected = (name: string, valueAt: (index: number) => number, reserved?: string, count?: number) =>
      new Map(
        hostileSets
          .slice(0, count)
          .map((attributes, index) => [
            seriesKey({ __name__: name, ...documentedLabels(attributes, reserved) }),
            valueAt(index),
          ]),
      );
    for (const server of servers) {
      for (const { labels } of await server.targets()) {
        const job = `{job="${labels.job}"}`;
        const counted = seriesOf(await server.query(`hostile_total${job}`));
        assert.equal(counted.size, hostileSets.length);
        assertSame(
          counted,
          expected('hostile_total', index => index + 1),
        );
        const summed = seriesOf(await server.query(`hostile_size_sum${job}`));
        assertSame(
          summed,
          expected('hostile_size_sum', index => index + 1, 'le', 1000),
        );
        t.diagnostic(
          `Prometheus ${server.version}${job}: ${counted.size} counters, ${summed.size} histograms`,
        );
      }
    }
  });

  test('promtool accepts the text page; it only minds the style of the names', {
    skip: skipWithoutPromtool,
  }, async () => {
    const style = /camelCase|should not have "(le|quantile)" label/;
    assert.deepEqual(objectionsOf(await app.scrape(), style), []);
    assert.notDeepEqual(objectionsOf(`${await app.scrape()}m{a="x"y"} 1\n`, style), []);
  });
});

/** As deepEqual, but tells the first difference and not ten thousand lines. */
const assertSame = (actual: ReadonlyMap<string, number>, expected: ReadonlyMap<string, number>): void => {
  for (const [key, value] of expected) assert.equal(actual.get(key), value, key.slice(0, 500));
  assert.equal(actual.size, expected.size);
};
