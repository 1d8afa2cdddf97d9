import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type * as PromClient from 'prom-client';
import { createPromClient } from '../../src/instrumentations/prom-client/prom-client.ts';
import { expose, textFormat } from '../../src/prometheus/exposition.ts';
import { type App, register, root, startApp } from '../child.ts';
import { metric, samplesOf } from '../page.ts';

const copies: Readonly<Record<string, string>> = {
  'prom-client 15': root,
  'prom-client 13': path.join(root, 'test/fixtures/prom-client-13'),
};

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

for (const [name, folder] of Object.entries(copies)) {
  const client: typeof PromClient = createRequire(path.join(folder, 'package.json'))('prom-client');
  const { AggregatorRegistry, Counter, Gauge, Registry } = client;

  describe(`registries that the application makes: ${name}`, () => {
    const skipped: (readonly string[])[] = [];
    const errors: unknown[] = [];
    const { patches, collect } = createPromClient({
      isOurs: metricName => metricName.startsWith('process_'),
      timeoutMs: 1_000,
      onShadowed: () => {},
      onSkipped: names => void skipped.push(names),
      onError: error => void errors.push(error),
    });
    const samples = async () => samplesOf([...expose(await collect(), textFormat)].join(''));
    const gauge = (metricName: string, registry: PromClient.Registry, value = 1, labels = {}): void =>
      new Gauge({
        name: metricName,
        help: 'x',
        registers: [registry],
        labelNames: Object.keys(labels),
      }).set(labels, value);
    const original = Registry.prototype.registerMetric;
    let undo: readonly ((() => void) | undefined)[] = [];
    before(() => {
      undo = patches.map(({ apply }) => apply(Registry));
    });
    after(() => assert.deepEqual(errors, []));

    test('each of its metrics is there once, merged or not, as long as it is registered', async () => {
      const [one, other] = [new Registry(), new Registry()];
      one.setDefaultLabels({ shop: 'north' });
      gauge('in_one', one);
      gauge('in_other', other, 2);
      const both = new Counter({ name: 'in_both_total', help: 'x', registers: [other, one] });
      both.inc();
      const expected = new Map([
        ['in_one{shop="north"}', 1],
        ['in_both_total{shop="north"}', 1],
        ['in_other', 2],
      ]);
      assert.deepEqual(await samples(), expected);
      const merged = Registry.merge([one, other]);
      assert.deepEqual(await samples(), expected);
      assert.match(await merged.metrics(), /^in_other 2$/m);
      for (const registry of [one, other, merged]) registry.clear();
      assert.deepEqual(await samples(), new Map());
    });

    test('of one name in several registries all series are there, an equal one as the first has it', async () => {
      const [north, south, again] = [new Registry(), new Registry(), new Registry()];
      gauge('stock', north, 1, { shop: 'north', kind: 'book' });
      gauge('stock', south, 2, { kind: 'book', shop: 'south' });
      const separate = new Map([
        ['stock{shop="north",kind="book"}', 1],
        ['stock{kind="book",shop="south"}', 2],
      ]);
      assert.deepEqual(await samples(), separate);
      assert.deepEqual(skipped, []);
      gauge('stock', again, 3, { kind: 'book', shop: 'north' });
      assert.deepEqual(await samples(), separate);
      assert.deepEqual(await samples(), separate);
      assert.deepEqual(skipped, [['stock']]);

      gauge('sales', north);
      new Counter({ name: 'sales', help: 'x', registers: [south] }).inc(9);
      assert.equal((await samples()).get('sales'), 1);
      assert.deepEqual(skipped, [['stock'], ['sales']]);
      for (const registry of [north, south, again]) registry.clear();
    });

    test('what a cluster has added up is not read', async () => {
      const worker = new Registry();
      gauge('busy', worker, 3);
      const answer = await worker.getMetricsAsJSON();
      worker.clear();
      const added = AggregatorRegistry.aggregate([answer, answer]);
      assert.match(await added.metrics(), /^busy 6$/m);
      const asks = new AggregatorRegistry();
      gauge('in_aggregator', asks as PromClient.Registry);
      assert.deepEqual(await samples(), new Map());
    });

    test('a registry that the application has let go is not kept alive', async () => {
      const kept = new Registry();
      gauge('kept', kept);
      const reference = (() => {
        const dropped = new Registry();
        gauge('dropped', dropped, 2);
        return new WeakRef(dropped);
      })();
      assert.deepEqual([...(await samples()).keys()], ['kept', 'dropped']);
      for (let round = 0; round < 50 && reference.deref() !== undefined; round++) {
        await pause(10);
        collectGarbage();
      }
      assert.equal(reference.deref(), undefined);
      assert.deepEqual([...(await samples()).keys()], ['kept']);
      kept.clear();
    });

    test('negative control: taken back, nothing of it is read and prom-client is as it was', async () => {
      const registry = new Registry();
      gauge('last', registry);
      assert.deepEqual([...(await samples()).keys()], ['last']);
      for (const one of undo) one?.();
      assert.equal(Registry.prototype.registerMetric, original);
      gauge('later', new Registry());
      assert.deepEqual(await samples(), new Map());
    });
  });
}

for (const script of ['own-registries.cjs', 'own-registries.mjs']) {
  describe(`an application whose metrics are in registries of its own: ${script}`, () => {
    let app: App;
    before(async () => {
      app = await startApp(script, {
        args: ['--import', register, path.join(root, 'test/fixtures/runtime', script)],
      });
    });
    after(() => app.stop());

    test('they are on the page, each once; names that are ours are ours', async () => {
      const theirs = await (await fetch(app.url)).text();
      // `Registry.merge` loses the default labels; the registry itself has them.
      assert.deepEqual(metric(theirs, 'orders_total'), { '': 2 });
      const page = await app.scrape();
      assert.deepEqual(metric(page, 'orders_total'), { '{shop="north"}': 2, '{shop="south"}': 3 });
      assert.deepEqual(metric(page, 'visits_total'), { '{shop="north"}': 7 });
      assert.equal(page.match(/^process_cpu_seconds_total /gm)?.length, 1);
    });

    test('one line says which series is shown of two that are equal', async () => {
      await app.scrape();
      assert.deepEqual(app.stderr().match(/.*twice in.*/g), [
        '[monitoring] twice in prom-client, the first is shown: visits_total',
      ]);
    });
  });
}
