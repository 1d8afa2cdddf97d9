import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PostError } from '../../src/otlp/post.ts';
import { waitBeforeRetry } from '../../src/otlp/retry.ts';

const refused = (given: { readonly status?: number; readonly retryAfter?: string } = {}): PostError =>
  Object.assign(new Error('refused'), given);
const now = Date.parse('2026-01-01T00:00:00Z');
const wait = (given: Parameters<typeof refused>[0], attempt = 0, random = 1): number | undefined =>
  waitBeforeRetry(refused(given), attempt, random, now);

test('what the specification calls retryable is tried again, and so is a receiver that is not there', () => {
  for (const status of [429, 502, 503, 504]) assert.equal(wait({ status }), 500);
  assert.equal(wait({}), 500);
  for (const status of [301, 400, 401, 404, 413, 500, 501]) assert.equal(wait({ status }), undefined);
});

test('the waiting doubles up to five seconds, half of it by chance', () => {
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5, 50, 5_000].map(attempt => wait({}, attempt)),
    [500, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000, 5_000],
  );
  assert.deepEqual([wait({}, 50, 0), wait({}, 0, 0)], [2_500, 250]);
});

test('Retry-After is kept, between our own waiting and half a minute', () => {
  const after = (retryAfter: string): number | undefined => wait({ status: 429, retryAfter });
  assert.equal(after('2'), 2_000);
  assert.equal(after('0'), 500);
  assert.equal(after('86400'), 30_000);
  assert.equal(after('Thu, 01 Jan 2026 00:00:07 GMT'), 7_000);
  assert.equal(after('Wed, 31 Dec 2025 23:00:00 GMT'), 500);
  for (const nonsense of ['', 'soon', '-5', '1e9', '99999999999999999999'])
    assert.equal(after(nonsense), 500);
});
