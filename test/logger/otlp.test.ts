import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type OtlpReceiver, startOtlpReceiver } from '../otlp-receiver.ts';
import { type Shop, startShop } from './shop.ts';

const sending = async (
  env: Readonly<Record<string, string>>,
  use: (shop: Shop, receiver: OtlpReceiver) => Promise<void>,
): Promise<void> => {
  const receiver = await startOtlpReceiver();
  const shop = await startShop({
    env: {
      ...{ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, NODE_ENV: 'production' },
      ...{ OTEL_BLRP_SCHEDULE_DELAY: '50', OTEL_BSP_SCHEDULE_DELAY: '50', ...env },
    },
  });
  try {
    await use(shop, receiver);
  } finally {
    await shop.stop();
    receiver.stop();
  }
};

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

/** A request that is answered, one that fails, one whose client goes away. */
const visit = async (shop: Shop): Promise<void> => {
  await (await fetch(`${shop.url}/ok?token=hunter2`)).arrayBuffer();
  await (await fetch(`${shop.url}/boom`)).arrayBuffer();
  await shop.abort('/slow', /slow arrived/);
};

describe('the request log by OTLP: one record per request, in the trace of its span', () => {
  for (const [name, env, others] of [
    ['without our logger', {}, 0],
    ['through our logger', { WITH: 'logger' }, 1],
  ] as const) {
    test(name, async () => {
      await sending(env, async (shop, receiver) => {
        await visit(shop);
        await receiver.waitForLogs(3 + others);
        await receiver.waitFor(spans => spans.filter(({ kind }) => kind === 2).length >= 3);
        await pause(300);
        const records = receiver.logs().filter(({ body }) => body === 'Request completed');
        assert.equal(receiver.logs().length, 3 + others);
        assert.deepEqual(
          records.map(({ severityNumber, attributes: { url, status, aborted } }) => [
            ...[severityNumber, url, status, aborted],
          ]),
          [
            [9, '/ok?token=REDACTED', 200, undefined],
            [17, '/boom', 500, undefined],
            [9, '/slow', 499, true],
          ],
        );
        const spans = receiver.spans.filter(({ kind }) => kind === 2);
        assert.deepEqual(
          records.map(({ traceId, spanId }) => [traceId, spanId]).sort(),
          spans.map(({ traceId, spanId }) => [traceId, spanId]).sort(),
        );
        assert.doesNotMatch(shop.stdout(), /Request completed/);
        assert.deepEqual(shop.made(), others === 0 ? [] : ['logs']);
      });
    });
  }

  test('MONITORING_REQUEST_LOG=false: none', async () => {
    await sending({ WITH: 'logger', MONITORING_REQUEST_LOG: 'false' }, async (shop, receiver) => {
      await visit(shop);
      await receiver.waitForLogs(1);
      await pause(300);
      assert.deepEqual(
        receiver.logs().map(({ body }) => body),
        ['started'],
      );
    });
  });
});

test('a line that is logged within a request has its trace, in the file and by OTLP', async () => {
  await sending({ WITH: 'logger' }, async (shop, receiver) => {
    await (await fetch(`${shop.url}/log`)).arrayBuffer();
    await receiver.waitForLogs(3);
    const [line] = (await shop.lines(3)).filter(({ message }) => message === 'inside');
    const record = receiver.logs().find(({ body }) => body === 'inside');
    const span = receiver.spans.find(({ kind }) => kind === 2);
    assert.deepEqual([line?.trace_id, line?.span_id], [record?.traceId, record?.spanId]);
    if (span !== undefined) assert.equal(record?.traceId, span.traceId);
    assert.match(String(line?.trace_id), /^[0-9a-f]{32}$/);
  });
});
