import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { pgPatches } from './pg-patches.ts';

/** Another pg than the installed one can be tested: MONITORING_TEST_PG=/its/folder/package.json. */
const require = createRequire(process.env.MONITORING_TEST_PG ?? import.meta.url);

export const pg: typeof import('pg') = require('pg');
/** What the patch is applied to. */
export const Query: { readonly prototype: object } = require('pg/lib/query.js');

export interface ObservedCall {
  readonly operation: string;
  readonly table: string;
  readonly seconds: number;
  readonly failed: boolean;
}

export interface ObservedPg {
  /** The calls recorded since the last time, in the order of their end. */
  takeCalls(): ObservedCall[];
  /** The same, written as `SELECT users` or `SELECT users failed`. */
  take(): string[];
  undo(): void;
}

/** Patches the loaded pg and keeps the ledger of what it records. Our own failures end the test. */
export const observePg = (): ObservedPg => {
  let calls: ObservedCall[] = [];
  const [patch] = pgPatches(
    ({ operation, table, seconds, failed }) => {
      assert.ok(seconds >= 0 && seconds < 60);
      calls.push({ operation, table, seconds, failed });
    },
    (_hook, error) => {
      throw error;
    },
  );
  const undo = patch?.apply(Query);
  assert.ok(undo !== undefined, 'pg was not patched');
  const takeCalls = (): ObservedCall[] => {
    const taken = calls;
    calls = [];
    return taken;
  };
  return {
    takeCalls,
    take: () =>
      takeCalls().map(({ operation, table, failed }) => `${operation} ${table}${failed ? ' failed' : ''}`),
    undo,
  };
};

/** The client, connected; a lost connection is part of some tests, so its error event is heard. */
export const connect = async (
  config: import('pg').ClientConfig,
): Promise<InstanceType<(typeof pg)['Client']>> => {
  const client = new pg.Client(config);
  client.on('error', () => {});
  await client.connect();
  return client;
};
