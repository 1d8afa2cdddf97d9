import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { DatabaseCall } from '../../src/database/call.ts';
import { createCallObserver } from '../../src/database/call-observer.ts';
import { clientFiles } from '../../src/database/client-files.ts';
import { createPatch } from '../../src/database/clients/mongodb.ts';
import { createDatabaseLabels } from '../../src/database/labels.ts';
import type { OnHookFailure } from '../../src/instrumentations/module-patch.ts';
import { root } from '../child.ts';

type Values = Readonly<Record<string, unknown>>;

interface Cursor extends AsyncIterable<Values> {
  toArray(): Promise<Values[]>;
  next(): Promise<Values | null>;
  close(): Promise<void>;
}

/** The parts of the driver that tests use; it is installed for fixtures only, in several versions. */
export interface Collection {
  find(filter: Values, options?: Values): Cursor;
  findOne(filter: Values, options?: Values): Promise<Values | null>;
  insertOne(document: Values, options?: Values): Promise<Values>;
  watch(pipeline?: readonly Values[], options?: Values): Cursor;
}

export interface MongoClient {
  connect(): Promise<unknown>;
  close(force?: boolean): Promise<void>;
  db(name?: string): {
    collection(name: string): Collection;
    command(command: Values): Promise<Values>;
    aggregate(pipeline: readonly Values[]): Cursor;
  };
  bulkWrite(models: readonly Values[], options?: Values): Promise<Values>;
  withSession<Result>(run: (session: Session) => Promise<Result>): Promise<Result>;
}

export interface Session {
  startTransaction(): void;
  commitTransaction(): Promise<unknown>;
  abortTransaction(): Promise<unknown>;
}

export interface Mongodb {
  readonly MongoClient: new (url: string, options?: Values) => MongoClient;
}

/** Where the driver is installed, with its version. */
export const folders: ReadonlyMap<string, number> = new Map([
  ['databases', 7],
  ['databases-older', 6],
  ['databases-oldest', 5],
]);

interface Trace {
  readonly name: string;
}

type Call = DatabaseCall<Trace>;

/** Whoever is active in a test. */
export const traces: AsyncLocalStorage<Trace> = new AsyncLocalStorage();

const written = ({ operation, table, failed }: Call): string =>
  `${operation} ${table}${failed ? ' failed' : ''}`;

export interface ObservedMongodb {
  readonly mongodb: Mongodb;
  /** The calls recorded since the last time, in the order of their end. */
  takeCalls(): Call[];
  /** The same, written as `FIND users` or `FIND users failed`. */
  take(): string[];
  /** Patches a file of the driver; it is patched already. */
  readonly patch: (file: string) => (() => void) | undefined;
  undo(): void;
}

const throwFailure: OnHookFailure = (_hook, error) => {
  throw error;
};

/** The driver of a fixture folder, or a file of it. */
export const requireMongodb = (folder: string, file = ''): unknown =>
  createRequire(join(root, 'test/fixtures', folder, 'package.json'))(join('mongodb', file));

/** Patches a version of the driver in this process and keeps the ledger of what it records. */
export const observeMongodb = (folder: string, onFailure: OnHookFailure = throwFailure): ObservedMongodb => {
  const mongodb = requireMongodb(folder) as Mongodb;
  let calls: Call[] = [];
  const observer = createCallObserver<Trace>({
    ...{ client: 'mongodb', labels: createDatabaseLabels(), onFailure },
    record: call => calls.push(call),
    active: () => traces.getStore(),
  });
  const patchLoaded = createPatch({ calls: observer, onFailure, pools: { add: () => {} } });
  const files = clientFiles.filter(({ client }) => client === 'mongodb');
  const patch = (file: string): (() => void) | undefined =>
    patchLoaded({ module: 'mongodb', file, exports: requireMongodb(folder, file), folder: undefined });
  const undo = files.map(({ file = '' }) => patch(file));
  assert.ok(undo[0] !== undefined, 'mongodb was not patched');
  const takeCalls = (): Call[] => {
    const taken = calls;
    calls = [];
    return taken;
  };
  return {
    ...{ mongodb, takeCalls, patch },
    take: () => takeCalls().map(written),
    undo: () => {
      for (const restore of undo) restore?.();
    },
  };
};
