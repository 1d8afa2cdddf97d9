import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { suite, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { parse } from 'yaml';
import { root } from '../../child.ts';
import { eventually } from '../collector/collectors.ts';
import { tempo } from '../programs.ts';
import { broken, shipped } from './stack.ts';
import { healthOf, type Store, startTempo } from './stores.ts';

const traceId = '5b8efff798038103d269b633813fc60c';

/** A failed request as @ykmake/monitoring sends it, a second ago. */
const push = (store: Store): Promise<Response> =>
  fetch(`${store.otlp}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      resourceSpans: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: 'ykmake' } }] },
          scopeSpans: [
            {
              scope: { name: '@ykmake/monitoring' },
              spans: [
                {
                  traceId,
                  spanId: 'eee19b7ec3c1b174',
                  name: 'GET /api/reports/broken',
                  kind: 2,
                  startTimeUnixNano: `${Date.now() - 1_000}000000`,
                  endTimeUnixNano: `${Date.now() - 900}000000`,
                  attributes: [{ key: 'http.route', value: { stringValue: '/api/reports/broken' } }],
                  status: { code: 2 },
                },
              ],
            },
          ],
        },
      ],
    }),
  });

/** Ids of the traces that a search finds in the last hour. */
const search = async (store: Store, traceql: string): Promise<readonly string[]> => {
  const now = Math.ceil(Date.now() / 1_000);
  const range = `start=${now - 3600}&end=${now}`;
  const answer = JSON.parse(await store.get(`/api/search?${range}&q=${encodeURIComponent(traceql)}`));
  return (answer.traces ?? []).map(({ traceID }: { traceID: string }) => traceID);
};

suite('Tempo with tempo/tempo.yaml', { skip: tempo.skip }, () => {
  test('takes spans by OTLP, finds them by id and by route, and after the end that Docker gives it', async t => {
    const store = await startTempo(t);
    assert.equal((await push(store)).status, 200);
    const failed =
      '{ resource.service.name = "ykmake" && span.http.route = "/api/reports/broken" && status = error }';
    const isFound = async (where: Store): Promise<boolean> =>
      (await search(where, failed)).join() === traceId;
    await eventually(() => isFound(store), store.log);
    assert.match(await store.get(`/api/traces/${traceId}`), /GET \/api\/reports\/broken/);
    assert.deepEqual(await search(store, '{ resource.service.name = "another" }'), []);

    // As Docker does with a short stop_grace_period: 3.0 waits for its queriers without an end, once there was a query.
    await Promise.race([store.stop(), pause(10_000, undefined, { ref: false })]);
    await store.kill();
    const later = await store.again();
    assert.match(await later.get(`/api/traces/${traceId}`), /GET \/api\/reports\/broken/);
    await eventually(() => isFound(later), later.log);
  });

  test('it deletes after seven days, makes no metrics of spans, and tells nobody of itself', async t => {
    const store = await startTempo(t);
    const [, text = ''] = (await store.get('/status/config')).split('---\n');
    const config = parse(text);
    assert.equal(config.backend_worker.compaction.block_retention, '168h0m0s');
    assert.equal(config.backend_scheduler.provider.compaction.compaction.block_retention, '168h0m0s');
    assert.equal(config.usage_report.reporting_enabled, false);
    assert.deepEqual(config.overrides.defaults.metrics_generator.processors ?? [], []);
    assert.doesNotMatch(store.log(), /level=(error|crit)/);

    assert.equal(healthOf(tempo, store), 0);
    await store.kill();
    assert.equal(healthOf(tempo, store), 1);
  });

  test('a setting that Tempo 3 has no more is refused', async t => {
    const old = startTempo(t, config => broken(config, 'live_store:', 'compactor: {}\nlive_store:'));
    await assert.rejects(old, /field compactor not found/);
  });
});

test('the two places of Tempo that know when a block is too old say the same', () => {
  const { backend_worker, backend_scheduler } = parse(
    readFileSync(path.join(root, 'tempo/tempo.yaml'), 'utf8'),
  );
  assert.equal(backend_worker.compaction.block_retention, '168h');
  assert.deepEqual(backend_scheduler.provider.compaction.compaction, backend_worker.compaction);
});

/** Dotted names of the settings in a parsed configuration. */
const settings = (content: unknown, name = ''): readonly string[] =>
  typeof content !== 'object' || content === null || Array.isArray(content)
    ? [name]
    : Object.entries(content).flatMap(([key, value]) =>
        settings(value, name === '' ? key : `${name}.${key}`),
      );

test('each setting is one that a real Tempo 3.0.3 has taken; a new one wants the tests above, with TEST_TEMPO', () => {
  const text = readFileSync(path.join(root, 'tempo/tempo.yaml'), 'utf8');
  const image = /image: grafana\/tempo:(.*)/.exec(shipped)?.[1];
  assert.equal(image, '3.0.3');
  assert.deepEqual(settings(parse(text)), [
    'stream_over_http_enabled',
    'memory.automemlimit_enabled',
    'server.http_listen_port',
    'server.grpc_listen_port',
    'server.log_level',
    'distributor.receivers.otlp.protocols.grpc.endpoint',
    'distributor.receivers.otlp.protocols.http.endpoint',
    'live_store.max_live_traces_bytes',
    'live_store.wal.path',
    'live_store.shutdown_marker_dir',
    'storage.trace.backend',
    'storage.trace.wal.path',
    'storage.trace.local.path',
    'backend_worker.finish_on_shutdown_timeout',
    'backend_worker.compaction.block_retention',
    'backend_scheduler.local_work_path',
    'backend_scheduler.job_timeout',
    'backend_scheduler.provider.compaction.compaction.block_retention',
    'overrides.defaults.metrics_generator.processors',
    'overrides.defaults.ingestion.rate_limit_bytes',
    'overrides.defaults.ingestion.burst_size_bytes',
    'overrides.defaults.global.max_bytes_per_trace',
    'usage_report.reporting_enabled',
  ]);
});
