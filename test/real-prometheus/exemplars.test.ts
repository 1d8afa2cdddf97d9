import assert from 'node:assert/strict';
import { test } from 'node:test';
import { httpRequestDuration } from '../../src/catalog/metrics.ts';
import { startApp } from '../child.ts';
import { faultsOf, moreScrapes, until } from './faults.ts';
import { programs, scrapeJob, skip, startPrometheus } from './prometheus-server.ts';

/** Of a bucket Prometheus sees the latest exemplar: each traced request gets a bucket of its own. */
const traced = [
  { delay: 70, traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' },
  { delay: 160, traceId: 'aaaabbbbccccdddd0000111122223333', spanId: '1111222233334444' },
  { delay: 350, traceId: '00000000000000000000000000000001', spanId: '0000000000000001' },
  { delay: 700, traceId: 'ffffffffffffffffffffffffffffffff', spanId: 'ffffffffffffffff' },
];
const id = '12345678901234567890123456789012';
const untraced = [
  undefined,
  `00-${id}-1234567890123456-00`,
  `00-${id}-1234567890123456-02`,
  `00-${'0'.repeat(32)}-1234567890123456-01`,
  `00-${id}-${'0'.repeat(16)}-01`,
  `00-${id.toUpperCase().replaceAll('1', 'A')}-1234567890123456-01`,
  `00-${id}-1234567890123456-01-more`,
  `ff-${id}-1234567890123456-01`,
  `00-${id}-1234567890123456`,
  `00-"} 1\\-1234567890123456-01`,
  '',
];

test('Prometheus finds the trace of a sampled request in its bucket, and no other', { skip }, async t => {
  const app = await startApp('real-prometheus/delays.mjs');
  t.after(() => app.stop());
  const jobs = [scrapeJob('delays', app.metricsUrl)];
  const servers = await Promise.all(programs.map(program => startPrometheus(program, jobs)));
  t.after(() => Promise.all(servers.map(server => server.stop())));
  const ask = async (path: string, traceparent: string | undefined): Promise<unknown> =>
    (
      await fetch(app.url + path, { headers: traceparent === undefined ? {} : { traceparent } })
    ).arrayBuffer();

  await Promise.all(untraced.map(traceparent => ask('/untraced/5', traceparent)));
  await Promise.all(
    traced.map(({ delay, traceId, spanId }) => ask(`/after/${delay}`, `00-${traceId}-${spanId}-01`)),
  );

  for (const server of servers) {
    await moreScrapes(server, 'delays', 2);
    const found = await until('exemplars', async () => {
      const series = await server.queryExemplars('http_request_duration_seconds_bucket');
      return series.length > 0 && series;
    });
    assert.deepEqual(await faultsOf(server), []);
    const paths = new Set(found.map(({ seriesLabels }) => seriesLabels.path));
    assert.deepEqual([...paths], ['/after/:id'], server.version);
    const exemplars = found.flatMap(({ seriesLabels, exemplars }) =>
      exemplars.map(exemplar => ({ ...exemplar, le: seriesLabels.le })),
    );
    assert.equal(exemplars.length, traced.length, JSON.stringify(exemplars));
    for (const { delay, traceId, spanId } of traced) {
      const exemplar = exemplars.find(({ labels }) => labels.trace_id === traceId);
      assert.deepEqual(exemplar?.labels, { trace_id: traceId, span_id: spanId }, server.version);
      const seconds = Number(exemplar?.value);
      assert.ok(seconds >= (delay - 2) / 1000, `${seconds} s of ${delay} ms`);
      const bound = httpRequestDuration.buckets.find(upTo => seconds <= upTo);
      assert.equal(Number(exemplar?.le), bound, `${seconds} s is in the bucket up to ${exemplar?.le}`);
    }
  }
});
