import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { startOtlpReceiver } from '../otlp-receiver.ts';

test('the receiver of the tests keeps metrics and logs as they came, uncompressed, and takes no spans from them', async () => {
  const receiver = await startOtlpReceiver();
  try {
    const send = (path: string, type: string, body: Buffer, encoding?: string): Promise<Response> =>
      fetch(`${receiver.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': type, ...(encoding && { 'content-encoding': encoding }) },
        body,
      });
    await send('/v1/metrics', 'application/json', gzipSync('{"resourceMetrics":[]}'), 'gzip');
    await send('/v1/logs', 'application/x-protobuf', Buffer.from([1, 2]));
    receiver.behave({ status: 503, headers: { 'retry-after': '1' } });
    const refusal = await send('/v1/logs', 'application/json', Buffer.from('{}'));
    assert.deepEqual([refusal.status, refusal.headers.get('retry-after')], [503, '1']);
    assert.deepEqual(
      receiver.others.map(({ path, contentType, body }) => [path, contentType, body.toString('latin1')]),
      [
        ['/v1/metrics', 'application/json', '{"resourceMetrics":[]}'],
        ['/v1/logs', 'application/x-protobuf', '\x01\x02'],
        ['/v1/logs', 'application/json', '{}'],
      ],
    );
    assert.deepEqual([receiver.spans, receiver.refused, receiver.attempts()], [[], [], 3]);
  } finally {
    receiver.stop();
  }
});
