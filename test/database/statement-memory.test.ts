import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createDatabaseLabels } from '../../src/database/labels.ts';

describe('the memory of statements', () => {
  const collect: () => void = (() => {
    setFlagsFromString('--expose-gc');
    return runInNewContext('gc');
  })();
  /** Megabytes that reading 20,000 different texts of 4,000 characters leaves behind. */
  const leftBehind = (use: (text: string) => unknown): number => {
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let index = 0; index < 20_000; index++)
      use(Buffer.from(`SELECT ${index}, ${'a'.repeat(4_000)} FROM t${index}`).toString('latin1'));
    collect();
    return (process.memoryUsage().heapUsed - before) / 1e6;
  };

  it('is bounded, with labels and texts of every system', () => {
    const labels = createDatabaseLabels();
    const left = leftBehind(text => labels({ system: 'mysql', text }).shown?.(text));
    assert.ok(left < 15, `${left.toFixed(1)} MB`);
    assert.ok(labels({ system: 'mysql', text: 'SELECT 1' }), 'control: it is still there');
  });

  it('control: what is kept would be seen', () => {
    const kept = new Set<string>();
    const left = leftBehind(text => kept.add(text));
    assert.ok(left > 60, `${left.toFixed(1)} MB`);
    assert.equal(kept.size, 20_000);
  });
});
