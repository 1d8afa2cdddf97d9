import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { startApp } from '../../child.ts';
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver, treesOf } from '../../otlp-receiver.ts';
import { metric } from '../../page.ts';
import { collector } from '../programs.ts';
import { type Collector, eventually, overlay, startCollector } from './collectors.ts';
import { postLogs, postSpans, traceOf } from './otlp.ts';

const { skip } = collector;
const quick = overlay({ connectors: { span_metrics: { metrics_flush_interval: '500ms' } } });

interface Tier {
  readonly agent: Collector;
  readonly gateways: readonly Collector[];
  /** What stands for Tempo and Loki behind each gateway. */
  readonly backends: readonly OtlpReceiver[];
}

/** An agent before two gateways, as in docs/collector.md, but at fixed addresses. */
const startTier = async (t: TestContext, env: Record<string, string>): Promise<Tier> => {
  const backends = [await startOtlpReceiver(), await startOtlpReceiver()];
  t.after(() => backends.forEach(backend => void backend.stop()));
  const gateways = await Promise.all(
    backends.map(({ url }) =>
      startCollector(t, ['gateway.yaml', quick], {
        OTELCOL_TEMPO: url,
        OTELCOL_LOKI: url,
        OTELCOL_DECISION_WAIT: '2s',
        ...env,
      }),
    ),
  );
  const hostnames = gateways.map(({ grpcPort }) => `127.0.0.1:${grpcPort}`);
  const resolver = { dns: null, static: { hostnames } };
  const agent = await startCollector(
    t,
    ['agent.yaml', overlay({ exporters: { load_balancing: { resolver } } })],
    { OTELCOL_GATEWAY: '127.0.0.1', OTELCOL_GATEWAY_HTTP_PORT: String(gateways[0]?.httpPort) },
  );
  return { agent, gateways, backends };
};

/** Traces whose spans came to more than one gateway. */
const splitTraces = (backends: readonly OtlpReceiver[]): readonly string[] => {
  const [first, ...others] = backends.map(({ spans }) => new Set(spans.map(({ traceId }) => traceId)));
  return [...(first ?? [])].filter(id => others.some(ids => ids.has(id)));
};
const allSpans = (backends: readonly OtlpReceiver[]): readonly ReceivedSpan[] =>
  backends.flatMap(({ spans }) => spans);
const counted = async (gateways: readonly Collector[], labels: RegExp): Promise<number> => {
  const pages = await Promise.all(gateways.map(gateway => gateway.pushedMetrics()));
  return pages
    .flatMap(page => Object.entries(metric(page, 'traces_span_metrics_calls_total')))
    .filter(([series]) => labels.test(series))
    .reduce((sum, [, value]) => sum + value, 0);
};

test('a trace of an application reaches one gateway whole, and its spans are counted exactly', {
  skip,
}, async t => {
  const { agent, gateways, backends } = await startTier(t, { OTELCOL_SAMPLING_PERCENT: '100' });
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: agent.url,
    OTEL_BSP_SCHEDULE_DELAY: '200',
    OTEL_SERVICE_NAME: 'shop',
  };
  const apps = [await startApp('traces/shop.mjs', { env }), await startApp('traces/shop.mjs', { env })];
  t.after(() => Promise.all(apps.map(app => app.stop())));
  const asked = 30;
  for (const app of apps)
    await Promise.all(Array.from({ length: asked / 2 }, () => fetch(`${app.url}/shop/seoul/items/1`)));
  // Of each request: its own span, two calls, and the two requests that those are.
  await eventually(
    () => allSpans(backends).length >= asked * 5,
    () => `${agent.log()}\n${treesOf(allSpans(backends))}`,
  );
  assert.deepEqual(splitTraces(backends), []);
  for (const { spans } of backends) assert.ok(spans.length > 0, 'all traces went to one gateway');
  const sizes = Map.groupBy(allSpans(backends), ({ traceId }) => traceId);
  assert.deepEqual(
    [...sizes.values()].map(({ length }) => length),
    Array(asked).fill(5),
  );

  const shop = /service_name="shop"/;
  await eventually(
    async () => (await counted(gateways, shop)) >= asked * 5,
    () => gateways.map(one => one.log()).join(),
  );
  assert.equal(await counted(gateways, shop), asked * 5);
  assert.equal(await counted(gateways, /span_kind="SPAN_KIND_CLIENT"/), asked * 2);
});

test('sent to the gateways in turn, traces would be torn apart and errors kept in part', {
  skip,
}, async t => {
  const { gateways, backends } = await startTier(t, { OTELCOL_SAMPLING_PERCENT: '0' });
  const traces = Array.from({ length: 10 }, () => traceOf(4, { status: { code: 2 } }));
  for (const trace of traces)
    for (const [index, span] of trace.entries())
      assert.equal(await postSpans(gateways[index % 2]?.url ?? '', [span]), 200);
  await eventually(
    () => allSpans(backends).length >= 20,
    () => treesOf(allSpans(backends)),
  );
  // The gateway of the root has two spans of each; the other one saw no error.
  assert.deepEqual(
    backends.map(({ spans }) => spans.length),
    [20, 0],
  );
});

test('every trace with an error and every slow one is kept whole, and a tenth of the others', {
  skip,
}, async t => {
  const { agent, gateways, backends } = await startTier(t, {});
  const others = Array.from({ length: 2000 }, () => traceOf(3));
  const errors = Array.from({ length: 50 }, () => {
    const [root, ...children] = traceOf(4);
    // The error is deep in the trace, and comes last.
    const [last] = traceOf(1, { traceId: root.traceId, status: { code: 2 }, name: 'broken' });
    return [root, ...children, last];
  });
  const slow = Array.from({ length: 50 }, () => traceOf(4, { milliseconds: 1500 }));
  // In pieces, as the applications of a trace send theirs: first all but the last span of each, then the last ones.
  const all = [...errors, ...slow, ...others];
  for (const part of [all.flatMap(trace => trace.slice(0, -1)), all.flatMap(trace => trace.slice(-1))])
    for (let from = 0; from < part.length; from += 1000)
      assert.equal(await postSpans(agent.url, part.slice(from, from + 1000)), 200);

  const kept = (): ReadonlyMap<string, readonly ReceivedSpan[]> =>
    Map.groupBy(allSpans(backends), ({ traceId }) => traceId);
  const sent = all.flat().length;
  await eventually(
    async () => (await counted(gateways, /service_name="other"/)) >= sent,
    () => agent.log(),
  );
  assert.equal(await counted(gateways, /service_name="other"/), sent);
  const isWhole = (trace: readonly { traceId: string }[]): boolean =>
    kept().get(trace[0]?.traceId ?? '')?.length === trace.length;
  await eventually(
    () => [...errors, ...slow].every(isWhole),
    () => `${[...errors, ...slow].filter(isWhole).length} of 100 are whole`,
  );
  const ofOthers = others.filter(([root]) => kept().has(root.traceId));
  assert.ok(ofOthers.every(isWhole), 'a trace of the others is not whole');
  // 2,000 draws at a tenth: 200, and five standard deviations of 13.4.
  assert.ok(ofOthers.length > 133 && ofOthers.length < 267, `${ofOthers.length} of 2000 others were kept`);
  assert.deepEqual(splitTraces(backends), []);
});

test('what spans measure has names of its own, is of the service, and leads to traces', { skip }, async t => {
  const { agent, gateways } = await startTier(t, {});
  const ids = new Set<string>();
  const pages = (): Promise<readonly string[]> =>
    Promise.all(gateways.map(gateway => gateway.pushedMetrics('application/openmetrics-text')));
  const exemplars = async (): Promise<readonly string[]> =>
    [...(await pages()).join('').matchAll(/trace_id="(\w+)"/g)].map(([, id = '']) => id);
  // They stay until the next flush.
  await eventually(
    async () => {
      const [span] = traceOf(1);
      ids.add(span.traceId);
      await postSpans(agent.url, [span], { 'service.instance.id': `process ${ids.size}` });
      return (await exemplars()).some(id => ids.has(id));
    },
    async () => (await pages()).join(''),
  );
  const page = (await pages()).join('');
  const names = new Set([...page.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
  assert.deepEqual([...names].sort(), ['traces_span_metrics_calls', 'traces_span_metrics_duration_seconds']);
  const labels = [...page.matchAll(/^traces_span_metrics_calls_total\{(.*?)\}/gm)].map(([, text]) => text);
  const expected =
    'job="other",service_name="other",span_kind="SPAN_KIND_SERVER",span_name="root",status_code="STATUS_CODE_UNSET"';
  assert.deepEqual([...new Set(labels)], [expected]);
});

test('logs go by any gateway', { skip }, async t => {
  const { agent, backends } = await startTier(t, {});
  const records = Array.from({ length: 100 }, (_, index) => ({ body: `line ${index}` }));
  assert.equal(await postLogs(agent.url, records), 200);
  await backends[0]?.waitForLogs(100);
  assert.equal(new Set(backends.flatMap(backend => backend.logs()).map(({ body }) => body)).size, 100);
});

test('an agent finds its gateways by a name', { skip }, async t => {
  const backend = await startOtlpReceiver();
  t.after(() => backend.stop());
  const gateway = await startCollector(t, ['gateway.yaml'], {
    OTELCOL_TEMPO: backend.url,
    OTELCOL_DECISION_WAIT: '1s',
    OTELCOL_SAMPLING_PERCENT: '100',
  });
  const agent = await startCollector(t, ['agent.yaml'], {
    OTELCOL_GATEWAY: 'localhost',
    OTELCOL_GATEWAY_GRPC_PORT: String(gateway.grpcPort),
  });
  await postSpans(agent.url, traceOf(3));
  await backend.waitFor(spans => spans.length === 3, 60_000);
});

test('much at once goes on in pieces that every receiver takes', { skip }, async t => {
  const { agent, backends } = await startTier(t, { OTELCOL_SAMPLING_PERCENT: '100' });
  // 4 MB: gRPC takes 4 MiB, and Loki 6 MB, unless they are told otherwise.
  const page = 'x'.repeat(1250);
  const spans = Array.from({ length: 3000 }, () => ({ ...traceOf(1)[0], attributes: { page } }));
  for (let from = 0; from < spans.length; from += 1000) {
    assert.equal(await postSpans(agent.url, spans.slice(from, from + 1000)), 200);
    const records = spans.slice(from, from + 1000).map(({ spanId }) => ({ body: spanId + page }));
    assert.equal(await postLogs(agent.url, records), 200);
  }
  await eventually(
    () => new Set(allSpans(backends).map(({ spanId }) => spanId)).size === 3000,
    () => `${allSpans(backends).length} of 3000 spans came\n${agent.log()}`,
  );
  await backends[0]?.waitForLogs(3000, 60_000);
  const sizes = backends.flatMap(({ exports }) => exports.map(({ body }) => body.length));
  assert.ok(Math.max(...sizes) <= 3 * 2 ** 20, `the largest export has ${Math.max(...sizes)} bytes`);
});
