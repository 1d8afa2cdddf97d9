import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { estimateRegisters } from '../../src/metrics/active-users/estimate.ts';
import {
  addHash,
  countHashes,
  createSketch,
  exactLimit,
  highestRank,
  registerCount,
} from '../../src/metrics/active-users/sketch.ts';
import { hashUserId } from '../../src/metrics/active-users/user-hash.ts';
import { idKinds } from './ids.ts';

/** Five standard errors: a sound sketch does not reach it. */
const worst = 0.02;
/** Ten million of them; making so many UUIDs takes ten seconds. */
const kindsOfMany = ['sequential numbers', ...(process.env.CI === 'true' ? ['UUIDs'] : [])];
const marks = [5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000, 10_000_000];

describe('the number of users', { concurrency: 1 }, () => {
  for (const [kind, idAt] of Object.entries(idKinds)) {
    const most = kindsOfMany.includes(kind) ? 10_000_000 : 1_000_000;
    test(`of ${kind}: exact up to ${exactLimit}, within 2 % up to ${most}`, t => {
      const sketch = createSketch();
      const errors: string[] = [];
      for (let user = 1; user <= most; user++) {
        addHash(sketch, hashUserId(idAt(user)));
        if (user <= exactLimit) assert.equal(countHashes(sketch), user);
        else if (marks.includes(user)) {
          const error = countHashes(sketch) / user - 1;
          errors.push(`${user}: ${(error * 100).toFixed(2)} %`);
          assert.ok(Math.abs(error) < worst, errors.at(-1));
        }
      }
      t.diagnostic(errors.join(', '));
    });
  }
});

test('the errors have no bias and the deviation that 65,536 registers have, also where it becomes an estimate', () => {
  const runs = 60;
  for (const users of [exactLimit + 1, 20_000, 60_000, 150_000]) {
    const errors = Array.from({ length: runs }, (_, run) => {
      const sketch = createSketch();
      for (let user = 0; user < users; user++) addHash(sketch, hashUserId(`${run}/${user}`));
      return countHashes(sketch) / users - 1;
    });
    const bias = errors.reduce((sum, error) => sum + error, 0) / runs;
    const deviation = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / runs);
    assert.ok(Math.abs(bias) < (4 * 0.0041) / Math.sqrt(runs), `bias ${bias} of ${users}`);
    assert.ok(deviation < 0.0041 * 1.4, `deviation ${deviation} of ${users}`);
  }
});

test('users who come again change nothing, exact or estimated', () => {
  for (const users of [1, 100, exactLimit, exactLimit + 1, 30_000]) {
    const sketch = createSketch();
    const addAll = (): void => {
      for (let user = 0; user < users; user++) addHash(sketch, hashUserId(user));
    };
    addAll();
    const count = countHashes(sketch);
    addAll();
    addAll();
    assert.equal(countHashes(sketch), count);
  }
});

test('the smallest and the largest hash are hashes like others', () => {
  const hashes = [1, 2, 2 ** 32 - 1, 2 ** 32, 2 ** 52, Number.MAX_SAFE_INTEGER];
  const sketch = createSketch();
  for (const hash of [...hashes, ...hashes]) addHash(sketch, hash);
  assert.equal(countHashes(sketch), hashes.length);
  for (let user = 0; user < exactLimit; user++) addHash(sketch, hashUserId(user));
  assert.equal(sketch.registers?.[1], highestRank, 'all bits above those of the register are 0');
  assert.equal(sketch.registers?.[2], highestRank);
  assert.equal(sketch.registers?.[registerCount - 1], 22, '2^32 - 1: the 21 upper bits are 0');
});

test('the estimate is a number for whatever the registers hold', () => {
  const filled = (rank: number): Uint8Array => new Uint8Array(registerCount).fill(rank);
  assert.equal(estimateRegisters(filled(0), highestRank), 0);
  let before = 0;
  for (let rank = 1; rank < highestRank; rank++) {
    const estimate = estimateRegisters(filled(rank), highestRank);
    assert.ok(estimate > before && Number.isFinite(estimate));
    before = estimate;
  }
  assert.equal(estimateRegisters(filled(highestRank), highestRank), Number.POSITIVE_INFINITY);
});

test('a sketch never takes more than 64 KiB', () => {
  const sketch = createSketch();
  let most = 0;
  for (let user = 0; user < 3 * exactLimit; user++) {
    addHash(sketch, hashUserId(user));
    most = Math.max(most, (sketch.hashes?.byteLength ?? 0) + (sketch.registers?.byteLength ?? 0));
  }
  assert.equal(most, 64 * 1024);
});

test('ids that are chosen to share the lowest bits of their hashes cost no more than others', () => {
  const chosen: number[] = [];
  for (let index = 0; chosen.length < exactLimit; index++) chosen.push(index * 2 ** 32 + 8192);
  const sketch = createSketch();
  const before = process.cpuUsage();
  for (let round = 0; round < 20; round++) for (const hash of chosen) addHash(sketch, hash);
  const { user, system } = process.cpuUsage(before);
  assert.equal(countHashes(sketch), exactLimit);
  assert.ok(user + system < 100_000, `${user + system} µs`);
});
