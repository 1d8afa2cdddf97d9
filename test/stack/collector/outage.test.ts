import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type OtlpReceiver, startOtlpReceiver } from '../../otlp-receiver.ts';
import { metric } from '../../page.ts';
import { freePort } from '../../preload/ports.ts';
import { collector } from '../programs.ts';
import { eventually, overlay, startCollector } from './collectors.ts';
import { postLogs, postSpans, type Span, traceOf } from './otlp.ts';

const { skip } = collector;

const some = (count: number): readonly Span[] => Array.from({ length: count }, () => traceOf(1)).flat();
/** Of a kilobyte each. */
const heavy = (count: number): readonly Span[] =>
  some(count).map(span => ({ ...span, attributes: { page: 'x'.repeat(1000) } }));
const lines = (from: number, count: number): readonly { body: string }[] =>
  Array.from({ length: count }, (_, index) => ({ body: `line ${from + index}` }));

/** Of what was sent, how much has not come to any of them; it may have come more than once. */
const missing = (spans: readonly { spanId: string }[], ...receivers: readonly OtlpReceiver[]): number => {
  const there = new Set(receivers.flatMap(receiver => receiver.spans).map(({ spanId }) => spanId));
  return spans.filter(({ spanId }) => !there.has(spanId)).length;
};
const linesIn = (...receivers: readonly OtlpReceiver[]): number =>
  new Set(receivers.flatMap(receiver => receiver.logs()).map(({ body }) => body)).size;

test('nothing is lost while the backend is away, and when the Collector is killed meanwhile', {
  skip,
}, async t => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = { OTELCOL_TEMPO: url, OTELCOL_LOKI: url };
  const before = await startOtlpReceiver(port);
  const one = await startCollector(t, ['config.yaml', 'full.yaml'], env);
  const spans = some(3000);
  const send = async (to: string, from: number): Promise<void> => {
    for (let at = from; at < from + 1000; at += 100) {
      assert.equal(await postSpans(to, spans.slice(at, at + 100)), 200);
      assert.equal(await postLogs(to, lines(at, 100)), 200);
    }
  };
  await send(one.url, 0);
  before.stop();
  await send(one.url, 1000);
  await one.kill();

  const again = await one.again();
  await send(again.url, 2000);
  const after = await startOtlpReceiver(port);
  t.after(() => after.stop());
  await eventually(
    () => missing(spans, before, after) === 0 && linesIn(before, after) === 3000,
    () =>
      `${missing(spans, before, after)} spans are missing, ${linesIn(before, after)} lines came\n${again.log()}`,
  );
});

test('without the queue on the disk a killed Collector would lose what waits', { skip }, async t => {
  const port = await freePort();
  const inMemory = { sending_queue: { storage: null } };
  const one = await startCollector(
    t,
    ['config.yaml', 'full.yaml', overlay({ exporters: { 'otlp_http/tempo': inMemory } })],
    { OTELCOL_TEMPO: `http://127.0.0.1:${port}` },
  );
  const spans = some(100);
  assert.equal(await postSpans(one.url, spans), 200);
  await one.kill();
  const again = await one.again();
  const backend = await startOtlpReceiver(port);
  t.after(() => backend.stop());
  const later = some(1);
  assert.equal(await postSpans(again.url, later), 200);
  await eventually(() => missing(later, backend) === 0, again.log);
  assert.equal(missing(spans, backend), 100);
});

test('an agent keeps what its gateways do not take, also when it is killed', { skip }, async t => {
  const backend = await startOtlpReceiver();
  t.after(() => backend.stop());
  const env = { OTELCOL_TEMPO: backend.url, OTELCOL_LOKI: backend.url, OTELCOL_DECISION_WAIT: '1s' };
  const gateway = await startCollector(t, ['gateway.yaml'], { ...env, OTELCOL_SAMPLING_PERCENT: '100' });
  await gateway.stop();
  const hostnames = [`127.0.0.1:${gateway.grpcPort}`];
  const fixed = overlay({
    exporters: { load_balancing: { resolver: { dns: null, static: { hostnames } } } },
  });
  const agent = await startCollector(t, ['agent.yaml', fixed], {
    OTELCOL_GATEWAY: '127.0.0.1',
    OTELCOL_GATEWAY_HTTP_PORT: String(gateway.httpPort),
  });
  const spans = some(1000);
  for (let at = 0; at < 1000; at += 100) {
    assert.equal(await postSpans(agent.url, spans.slice(at, at + 100)), 200);
    assert.equal(await postLogs(agent.url, lines(at, 100)), 200);
  }
  await agent.kill();
  const again = await agent.again();
  await gateway.again();
  await eventually(
    () => missing(spans, backend) === 0 && linesIn(backend) === 1000,
    () => `${missing(spans, backend)} spans are missing, ${linesIn(backend)} lines came\n${again.log()}`,
  );
});

test('an agent without gateways takes what comes, and tries again only now and then', { skip }, async t => {
  const agent = await startCollector(t, ['agent.yaml'], { OTELCOL_GATEWAY: 'gateway.invalid' });
  assert.equal(await postSpans(agent.url, some(20)), 200);
  assert.equal(await postLogs(agent.url, lines(0, 20)), 200);
  await pause(8000);
  const tries = agent.log().split('Exporting failed. Will retry').length - 1;
  // Traces and logs, at once and after some five seconds.
  assert.ok(tries >= 2 && tries <= 6, `${tries} tries\n${agent.log()}`);
  const queued = Object.values(metric(await agent.ownMetrics(), 'otelcol_exporter_queue_size'));
  assert.ok(queued.length === 2 && queued.every(size => size > 0), await agent.ownMetrics());
});

test('a full queue refuses, so that applications hold back and it is counted', { skip }, async t => {
  const port = await freePort();
  const one = await startCollector(t, ['config.yaml', 'full.yaml'], {
    OTELCOL_TEMPO: `http://127.0.0.1:${port}`,
    OTELCOL_QUEUE_BYTES: '1500000',
  });
  const statuses: number[] = [];
  for (let round = 0; round < 60; round++) statuses.push(await postSpans(one.url, heavy(50)));
  assert.ok(statuses.includes(200) && statuses.includes(503), statuses.join());
  const page = await one.ownMetrics();
  const [failed = 0] = Object.values(metric(page, 'otelcol_exporter_enqueue_failed_spans_total'));
  assert.equal(failed, statuses.filter(status => status !== 200).length * 50, page);
});

test('without memory the Collector refuses and lives', { skip }, async t => {
  const tight = { memory_limiter: { limit_percentage: 0, limit_mib: 2, spike_limit_mib: 1 } };
  const one = await startCollector(t, ['config.yaml', overlay({ processors: tight })]);
  await eventually(async () => (await postSpans(one.url, some(10))) === 503, one.log);
  const page = await one.ownMetrics();
  const refused = metric(page, 'otelcol_receiver_refused_spans_total');
  assert.ok((Object.values(refused)[0] ?? 0) >= 10, page);
});

test('a disk that is full refuses, and what was taken before is not lost', { skip }, async t => {
  const folder = mkdtempSync(path.join(tmpdir(), 'collector-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder], { stdio: 'pipe' });
  } catch (error) {
    return t.skip(`NOT TESTED: nothing can be mounted here: ${error}`);
  }
  t.after(() => {
    execFileSync('umount', ['-l', folder]);
    rmSync(folder, { recursive: true });
  });
  const port = await freePort();
  const one = await startCollector(t, ['config.yaml', 'full.yaml'], {
    OTELCOL_TEMPO: `http://127.0.0.1:${port}`,
    OTELCOL_STORAGE: folder,
  });
  const taken: Span[] = [];
  let refused = 0;
  for (let round = 0; round < 60; round++) {
    const spans = heavy(100);
    if ((await postSpans(one.url, spans)) === 200) taken.push(...spans);
    else refused += 1;
  }
  assert.ok(taken.length > 0 && refused > 0, `${taken.length} spans were taken, ${refused} exports refused`);
  const backend = await startOtlpReceiver(port);
  t.after(() => backend.stop());
  await eventually(
    () => missing(taken, backend) === 0,
    () => `${missing(taken, backend)} of ${taken.length} are missing\n${one.log()}`,
  );
});
