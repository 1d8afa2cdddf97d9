import assert from 'node:assert/strict';
import { closeSync, openSync } from 'node:fs';
import { test } from 'node:test';
import { createFdCounter, readMaxFds, readMemory } from '../../src/metrics/runtime/linux-process.ts';

const skip = process.platform !== 'linux' && 'Linux alone has /proc';

test('memory and limits are read', { skip }, () => {
  const { resident = 0, virtual = 0, data = 0 } = readMemory();
  assert.ok(Math.abs(resident / process.memoryUsage.rss() - 1) < 0.1);
  assert.ok(virtual > resident && data > 0 && data < virtual);
  assert.ok((readMaxFds() ?? 0) > 20);
});

test('a descriptor more is counted, one less as well', { skip }, () => {
  const count = createFdCounter();
  const before = count();
  const descriptor = openSync(import.meta.filename, 'r');
  assert.equal(count(), before + 1);
  closeSync(descriptor);
  assert.equal(count(), before);
});

test('a kernel that does not tell their number: few are listed at once, many in the background', async () => {
  let open = 10;
  const asked: string[] = [];
  const names = (): readonly string[] => Array.from({ length: open + 1 }, (_, index) => String(index));
  const count = createFdCounter({
    size: () => 0,
    names: () => {
      asked.push('at once');
      return names();
    },
    namesLater: async () => {
      asked.push('later');
      if (open === 3) throw new Error('no more descriptors');
      return names();
    },
  });
  assert.equal(count(), 10);
  open = 600;
  assert.equal(count(), 600);
  open = 700;
  // One listing at a time, and the last finished one is what is told.
  assert.deepEqual([count(), count()], [600, 600]);
  await new Promise(resolve => setImmediate(resolve));
  open = 3;
  assert.equal(count(), 700);
  await new Promise(resolve => setImmediate(resolve));
  // A listing that failed leaves the last one, and the next reading tries again.
  open = 20;
  assert.equal(count(), 700);
  await new Promise(resolve => setImmediate(resolve));
  assert.equal(count(), 20);
  assert.deepEqual(asked, ['at once', 'at once', 'later', 'later', 'later', 'at once']);
});
