import assert from 'node:assert/strict';
import { stat } from 'node:fs';
import { createServer } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { collectDefaultMetrics, Registry } from 'prom-client';
import * as catalog from '../../src/catalog/runtime.ts';
import type { Family } from '../../src/metrics/family.ts';
import { createRuntimeMetrics, type RuntimeMetrics } from '../../src/metrics/runtime/runtime-metrics.ts';
import { expose, textFormat } from '../../src/prometheus/exposition.ts';
import { samplesOf } from '../page.ts';
import { type Descriptions, describeFamilies, describeRegistry } from './described.ts';

const collectGarbage = (): void => {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
};

/** Seconds, bytes or a number that two readings one after the other may differ by: `more` on top of `factor`. */
const tolerances: Readonly<Record<string, { readonly factor?: number; readonly more?: number }>> = {
  process_cpu_user_seconds_total: { more: 0.05 },
  process_cpu_system_seconds_total: { more: 0.05 },
  process_cpu_seconds_total: { more: 0.05 },
  // prom-client rounds to whole seconds.
  process_start_time_seconds: { more: 1 },
  process_resident_memory_bytes: { factor: 1.05 },
  process_virtual_memory_bytes: { factor: 1.05 },
  process_heap_bytes: { factor: 1.05 },
  process_open_fds: {},
  process_max_fds: {},
  nodejs_eventloop_lag_seconds: { more: 0.1 },
  nodejs_eventloop_lag_min_seconds: { factor: 1.1, more: 0.002 },
  nodejs_eventloop_lag_max_seconds: { factor: 1.1, more: 0.005 },
  nodejs_eventloop_lag_mean_seconds: { factor: 1.1, more: 0.002 },
  nodejs_eventloop_lag_stddev_seconds: { factor: 1.5, more: 0.002 },
  nodejs_eventloop_lag_p50_seconds: { factor: 1.1, more: 0.002 },
  nodejs_eventloop_lag_p90_seconds: { factor: 1.1, more: 0.005 },
  nodejs_eventloop_lag_p99_seconds: { factor: 1.2, more: 0.01 },
  nodejs_active_resources: { more: 1 },
  nodejs_active_resources_total: { more: 1 },
  nodejs_active_handles: {},
  nodejs_active_handles_total: {},
  nodejs_active_requests: {},
  nodejs_active_requests_total: {},
  nodejs_heap_size_total_bytes: { factor: 1.1 },
  nodejs_heap_size_used_bytes: { factor: 1.1 },
  nodejs_external_memory_bytes: { factor: 1.1 },
  nodejs_heap_space_size_total_bytes: { factor: 1.1, more: 2 ** 20 },
  nodejs_heap_space_size_used_bytes: { factor: 1.1, more: 2 ** 20 },
  nodejs_heap_space_size_available_bytes: { factor: 1.1, more: 2 ** 20 },
  nodejs_version_info: {},
};

describe('beside prom-client in one process', {
  skip: process.platform !== 'linux' && 'fewer than 31 here',
}, () => {
  const registry = new Registry();
  let runtime: RuntimeMetrics;
  let ours: readonly Family[];
  let theirs: Descriptions;
  let theirPage: string;
  let cpuBefore: NodeJS.CpuUsage;
  const server = createServer().listen(0, '127.0.0.1');

  before(async () => {
    runtime = createRuntimeMetrics({ now: () => performance.now() });
    cpuBefore = process.cpuUsage();
    collectDefaultMetrics({ register: registry });
    for (let round = 0; round < 3; round++) {
      collectGarbage();
      await sleep(150);
    }
    // Something under way, so that there is an active request to be counted; and an immediate, because
    // prom-client makes one of its own as it collects.
    stat('.', () => {});
    setImmediate(() => {});
    ours = runtime.read();
    theirPage = await registry.metrics();
    stat('.', () => {});
    theirs = await describeRegistry(registry);
  });
  after(() => {
    runtime.stop();
    server.close();
    registry.clear();
  });

  const sameDescriptions = (families: readonly Family[]): void =>
    assert.deepEqual(describeFamilies(families), theirs);

  test('31 of 31: names, types, labels, HELP texts and buckets are the same, in the same order', () => {
    assert.equal(ours.length, 31);
    sameDescriptions(ours);
    assert.deepEqual(
      ours.map(({ name }) => name),
      Object.keys(theirs),
    );
  });

  test('the catalogue says the same of them', () => {
    const definitions = Object.values(catalog).map(({ name, type, help, labels, ...rest }) => [
      name,
      { type, help, labels, buckets: 'buckets' in rest ? [...(rest.buckets as number[]), '+Inf'] : [] },
    ]);
    assert.deepEqual(Object.fromEntries(definitions), theirs);
  });

  const changes: Readonly<Record<string, (family: Family) => Family>> = {
    'a HELP text': family => ({ ...family, help: `${family.help} ` }),
    'a type': family => ({ ...family, type: 'counter' }),
    'a name': family => ({ ...family, name: `${family.name}s` }),
    'a label': family => ({
      ...family,
      series: [{ labels: { pairs: [['kind', 'x']], text: '' }, value: 1 }],
    }),
    'a bucket': family => ({
      ...family,
      series: [{ labels: { pairs: [], text: '' }, value: { bounds: [1], counts: [0, 0], sum: 0, count: 0 } }],
    }),
  };
  for (const [what, change] of Object.entries(changes)) {
    test(`negative control: ${what} of one that differs is noticed`, () => {
      const changed = ours.map(family => (family.name === 'process_open_fds' ? change(family) : family));
      assert.throws(() => sameDescriptions(changed), assert.AssertionError);
    });
  }
  test('negative control: one that is missing is noticed', () => {
    assert.throws(() => sameDescriptions(ours.slice(1)), assert.AssertionError);
  });

  test('the values are the same within what happens between two readings', () => {
    const samples = samplesOf([...expose(ours, textFormat)].join(''));
    const expected = samplesOf(theirPage);
    for (const [metric, { factor = 1, more = 0 }] of Object.entries(tolerances)) {
      const series = (page: ReadonlyMap<string, number>): readonly string[] =>
        [...page.keys()].filter(key => key === metric || key.startsWith(`${metric}{`)).sort();
      assert.deepEqual(series(samples), series(expected));
      assert.notEqual(series(samples).length, 0, metric);
      for (const key of series(samples)) {
        // Theirs counts from when it was made, ours from the start of the process.
        const base = /cpu_(user_|system_)?seconds/.exec(key);
        const earlier =
          base === null
            ? 0
            : base[1] === 'user_'
              ? cpuBefore.user
              : base[1] === 'system_'
                ? cpuBefore.system
                : cpuBefore.user + cpuBefore.system;
        const our = (samples.get(key) ?? Number.NaN) - earlier / 1e6;
        const their = expected.get(key) ?? Number.NaN;
        assert.ok(
          our <= their * factor + more && our >= their / factor - more,
          `${key}: ${our}, prom-client has ${their}`,
        );
      }
    }
    const gc = (page: ReadonlyMap<string, number>, kind: string): number =>
      page.get(`nodejs_gc_duration_seconds_count{kind="${kind}"}`) ?? 0;
    // Of collections that are reported together, prom-client counts the first.
    assert.ok(gc(samples, 'major') >= 3);
    for (const kind of ['major', 'minor', 'incremental', 'weakcb'])
      assert.ok(gc(samples, kind) >= gc(expected, kind), kind);
    assert.equal(Object.keys(tolerances).length + 1, ours.length);
  });
});
