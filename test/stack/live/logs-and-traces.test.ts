import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../real-prometheus/faults.ts';
import { findRecords, startLoki, startTempo } from '../compose/stores.ts';
import { interpolate, queries } from '../grafana/queries.ts';
import { collector, loki, prometheus2, tempo } from '../programs.ts';
import { brokenRoute } from './faults.ts';
import { startStack } from './stack.ts';

const questionsTo = (datasource: string): ReadonlySet<string> =>
  new Set(queries().flatMap(query => (query.datasource === datasource ? [query.expr] : [])));

/** Prometheus says what the service is called, as the dashboards' variable asks it. */
const serviceQuestion = queries().find(({ of, title }) => of === 'variable' && title === 'service');

test('the dashboards find log lines in Loki and traces in Tempo by the name that Prometheus knows', {
  skip: loki.skip || collector.skip || prometheus2.skip,
}, async t => {
  const logs = await startLoki(t);
  const traces = tempo.skip === false ? await startTempo(t) : undefined;
  const stack = await startStack({
    prometheus: [prometheus2.path],
    collector: collector.path,
    env: {
      collector: { OTELCOL_LOKI: `${logs.url}/otlp`, ...(traces && { OTELCOL_TEMPO: traces.otlp }) },
    },
  });
  t.after(() => stack.stop());
  const enough = new AbortController();
  const broken = brokenRoute(stack.instances[0], enough.signal);
  t.after(() => {
    enough.abort();
    return broken;
  });

  const [prometheus] = stack.prometheus;
  const service = await until('the name of the service', async () => {
    const [answer] =
      (await prometheus?.query(interpolate(serviceQuestion?.expr ?? '', { job: 'ykmake' }))) ?? [];
    return answer?.metric.service_name;
  });

  await t.test('Loki', async () => {
    assert.ok(questionsTo('loki').size > 0);
    for (const expr of questionsTo('loki')) {
      const found = await until(`lines of ${expr}`, async () => {
        const streams = await findRecords(logs, interpolate(expr, { service }));
        return streams.length > 0 && streams;
      });
      assert.match(JSON.stringify(found), /broken/);
      assert.deepEqual(await findRecords(logs, interpolate(expr, { service: 'nobody' })), []);
    }
  });

  await t.test('Tempo', { skip: tempo.skip }, async () => {
    assert.ok(questionsTo('tempo').size > 0);
    for (const expr of questionsTo('tempo')) {
      const search = async (name: string): Promise<readonly unknown[]> => {
        const q = encodeURIComponent(interpolate(expr, { service: name }));
        return JSON.parse((await traces?.get(`/api/search?q=${q}`)) ?? '{}').traces ?? [];
      };
      await until(`traces of ${expr}`, async () => (await search(service)).length > 0);
      assert.deepEqual(await search('nobody'), []);
    }
  });
});
