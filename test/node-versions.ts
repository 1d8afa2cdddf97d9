import { test } from 'node:test';
import { fixtureNode } from './child.ts';

/** A version of Node.js that fixtures run on: its binary is where the environment variable says. */
export interface NodeVersion {
  readonly label: string;
  /** Absent: the Node.js that runs the tests. */
  readonly variable?: string;
}

export const node18: NodeVersion = { label: 'Node 18', variable: 'TEST_NODE_18' };
export const node20: NodeVersion = { label: 'Node 20.19', variable: 'TEST_NODE_20' };
export const node22Old: NodeVersion = { label: 'Node 22.15', variable: 'TEST_NODE_22_OLD' };
export const node22: NodeVersion = { label: 'Node 22', variable: 'TEST_NODE_22' };
export const node24: NodeVersion = { label: 'Node 24' };
export const node26: NodeVersion = { label: 'Node 26', variable: 'TEST_NODE_26' };

const missing = new Set<string>();

/**
 * A test on one version of Node.js. Without its binary the test is skipped, loudly and with one line for each
 * version; in CI it fails.
 */
export const testOn = (
  { label, variable }: NodeVersion,
  name: string,
  run: (node: string) => Promise<void>,
): void => {
  const title = `${label}: ${name}`;
  const node = variable === undefined ? fixtureNode : process.env[variable];
  if (node) {
    test(title, () => run(node));
    return;
  }
  const reason = `${variable} is not set: give it the path of a ${label} binary`;
  if (process.env.CI === 'true') {
    test(title, () => {
      throw new Error(reason);
    });
    return;
  }
  if (!missing.has(reason)) process.stderr.write(`SKIPPED on ${label}: ${reason}\n`);
  missing.add(reason);
  test(title, { skip: reason });
};
