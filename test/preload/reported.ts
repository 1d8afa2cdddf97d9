import assert from 'node:assert/strict';
import type { Child } from '../child.ts';

/** Said in containers only, and tests run in both: see container.ts. */
const containerHint = /^\[monitoring\] in this container /;

/** All lines on the standard error of a child, whoever wrote them. */
export const reported = (child: Pick<Child, 'stderr'>): readonly string[] =>
  child
    .stderr()
    .split('\n')
    .filter(line => line !== '' && !containerHint.test(line));

/** Exactly these lines, in this order. */
export const assertLines = (lines: readonly string[], expected: readonly RegExp[]): void => {
  const text = lines.join('\n');
  assert.equal(lines.length, expected.length, `expected ${expected.length} lines\n${text}`);
  for (const [index, pattern] of expected.entries()) assert.match(lines[index] ?? '', pattern, text);
};
