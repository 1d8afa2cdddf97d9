import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { register, root, startChild } from '../child.ts';
import { startOtlpReceiver } from '../otlp-receiver.ts';
import { metric } from '../page.ts';
import { type DynamoDbServer, startDynamoDb } from './dynamodb-server.ts';

let dynamodb: DynamoDbServer | undefined;
before(async () => {
  dynamodb = await startDynamoDb();
});
after(() => dynamodb?.stop());

const fixtures = path.join(root, 'test/fixtures');

/** The spans of the first case, a GetItem, with the names of what made them, and how often it was counted. */
const getItem = async (folder: string, disabled: string) => {
  const receiver = await startOtlpReceiver();
  const cwd = path.join(fixtures, folder);
  const child = startChild({
    args: ['--import', register, path.join(fixtures, 'databases/run.cjs'), 'cjs', cwd, 'dynamodb'],
    cwd,
    env: {
      OTEL_EXPORTER_PROMETHEUS_PORT: '0',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '50',
      OTEL_NODE_DISABLED_INSTRUMENTATIONS: disabled,
      DATABASE_URL: dynamodb?.url ?? '',
    },
  });
  try {
    const [, port] = await child.output(/^listening (\d+)$/m);
    const [, metrics] = await child.output(/metrics at (http:\S+?);/);
    await new Promise(resolve => setTimeout(resolve, 300));
    const earlier = receiver.spans.length;
    await (await fetch(`http://127.0.0.1:${port}/case?0`)).text();
    const spans = () => receiver.spans.slice(earlier);
    await receiver.waitFor(() => spans().some(({ name }) => name === 'GET'));
    await new Promise(resolve => setTimeout(resolve, 300));
    const page = await (await fetch(String(metrics))).text();
    const counts = Object.entries(metric(page, 'db_query_duration_seconds_count'));
    return {
      names: spans()
        .map(({ name }) => name)
        .filter(name => name !== 'GET'),
      spans: spans(),
      counted: counts.find(([labels]) => labels.includes('"GETITEM"'))?.[1],
    };
  } finally {
    await child.stop();
    receiver.stop();
  }
};

for (const folder of ['databases', 'databases-older']) {
  test(`a call of DynamoDB is one span, though the AWS SDK is instrumented (${folder})`, async () => {
    const { names, spans, counted } = await getItem(folder, 'fs');
    assert.deepEqual(names.toSorted(), ['GETITEM users', 'POST']);
    const [request] = spans.filter(({ name }) => name === 'GET');
    for (const span of spans.filter(({ name }) => name !== 'GET'))
      assert.equal(span.parentSpanId, request?.spanId);
    assert.equal(counted, 1);
  });

  test(`it is the same span without the instrumentation of the AWS SDK (${folder})`, async () => {
    const { names, counted } = await getItem(folder, 'aws-sdk');
    assert.deepEqual(names.toSorted(), ['GETITEM users', 'POST']);
    assert.equal(counted, 1);
  });

  test(`it is the official instrumentation's span where our adapter is off (${folder})`, async () => {
    const { names, counted } = await getItem(folder, 'dynamodb');
    assert.deepEqual(names.toSorted(), ['DynamoDB.GetItem', 'POST']);
    assert.equal(counted, undefined);
  });
}
