import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RecordCall } from '../../src/database/call.ts';
import type { OnHookFailure } from '../../src/instrumentations/module-patch.ts';
import { observePg, pg, Query } from './observed-pg.ts';
import { pgPatches } from './pg-patches.ts';

type Method = (...args: unknown[]) => unknown;
const prototype = Query.prototype as Record<'submit' | 'handleReadyForQuery' | 'handleError', Method>;

const noFailure: OnHookFailure = (_hook, error) => {
  throw error;
};
const patch = (record: RecordCall<object>, onFailure = noFailure): (() => void) => {
  const undo = pgPatches(record, onFailure)[0]?.apply(Query);
  assert.ok(undo !== undefined);
  return undo;
};
const snapshot = (object: object): unknown =>
  Reflect.ownKeys(object).map(key => [key, Object.getOwnPropertyDescriptor(object, key)]);

/** A connection that takes everything. */
const sink = () => ({ parsedStatements: {}, submittedNamedStatements: {}, query: () => {} });
const submit = (text: string): typeof prototype => {
  const query = new pg.Query(text);
  query.on('error', () => {});
  const methods = query as unknown as typeof prototype;
  methods.submit(sink());
  return methods;
};
/** The whole life of a query, without a server. */
const run = (text = 'SELECT 1', end: 'handleReadyForQuery' | 'handleError' = 'handleReadyForQuery'): void => {
  submit(text)[end]({});
};

describe('the patch of pg', () => {
  it('names the files', () => {
    assert.deepEqual(
      pgPatches(() => {}, noFailure).map(({ module, file }) => [module, file]),
      [
        ['pg', 'lib/query.js'],
        ['pg', 'lib/client.js'],
        ['pg-pool', undefined],
      ],
    );
  });

  it('records nothing when it is not applied', () => {
    const observed = observePg();
    observed.undo();
    run();
    run('SELECT 1', 'handleError');
    assert.deepEqual(observed.take(), []);
  });

  it('is undone exactly, once or twice', () => {
    const before = snapshot(prototype);
    const observed = observePg();
    assert.notDeepEqual(snapshot(prototype), before);
    observed.undo();
    assert.deepEqual(snapshot(prototype), before);
    observed.undo();
    assert.deepEqual(snapshot(prototype), before);
  });

  it('keeps the attributes of the methods', () => {
    const before = Object.getOwnPropertyDescriptors(prototype);
    const observed = observePg();
    const patched = Object.getOwnPropertyDescriptors(prototype);
    for (const name of ['submit', 'handleReadyForQuery', 'handleError'] as const)
      assert.deepEqual({ ...patched[name], value: before[name].value }, before[name]);
    assert.deepEqual(Object.keys(prototype), []);
    observed.undo();
  });

  it('counts once when two copies of the package are loaded', () => {
    const first = observePg();
    const second = observePg();
    run();
    assert.deepEqual([first.take(), second.take()], [['SELECT none'], []]);
    second.undo();
    run();
    assert.deepEqual(first.take(), ['SELECT none']);
    first.undo();
    run();
    assert.deepEqual([first.take(), second.take()], [[], []]);
  });

  it('leaves wrappers in place that somebody put around ours, and records nothing more', () => {
    const before = Object.getOwnPropertyDescriptors(prototype);
    const observed = observePg();
    let seen = 0;
    const names = ['submit', 'handleReadyForQuery', 'handleError'] as const;
    const theirs = names.map(name => {
      const ours = prototype[name];
      prototype[name] = function (this: unknown, ...args) {
        seen += 1;
        return ours.apply(this, args);
      };
      return prototype[name];
    });
    const onItsWay = submit('SELECT 1');
    observed.undo();
    onItsWay.handleReadyForQuery({});
    assert.deepEqual(
      names.map(name => prototype[name]),
      theirs,
    );
    run();
    const again = observePg();
    run();
    const query = submit('SELECT 1');
    query.handleError({});
    query.handleError({});
    assert.deepEqual([seen, observed.take(), again.take()], [9, [], ['SELECT none', 'SELECT none failed']]);
    again.undo();
    Object.defineProperties(prototype, before);
  });

  it('passes on what the originals return, get and throw', () => {
    const original = { ...Object.getOwnPropertyDescriptors(prototype) };
    const seen: unknown[] = [];
    const stub: Method = function (this: unknown, ...args) {
      seen.push(this, ...args);
      if (args[1] === 'throw') throw args[2];
      return args[2];
    };
    for (const name of ['submit', 'handleReadyForQuery', 'handleError'] as const) prototype[name] = stub;
    const calls: unknown[] = [];
    const undo = patch(call => calls.push(call));
    for (const name of ['submit', 'handleReadyForQuery', 'handleError'] as const) {
      const query = { text: 'SELECT 1' };
      const value = Symbol(name);
      const connection = {};
      assert.equal(prototype[name].call(query, connection, 'return', value), value);
      assert.throws(
        () => prototype[name].call(query, connection, 'throw', value),
        error => error === value,
      );
      assert.deepEqual(seen.splice(0), [
        query,
        connection,
        'return',
        value,
        query,
        connection,
        'throw',
        value,
      ]);
    }
    // submit() answered something (a refusal) or threw: none of the three was sent.
    assert.deepEqual(calls, []);
    undo();
    Object.defineProperties(prototype, original);
  });

  it('leaves alone what does not look like Query', () => {
    const [only] = pgPatches(() => {}, noFailure);
    class Half {
      submit(): void {}
      handleError(): void {}
    }
    class Whole extends Half {
      handleReadyForQuery(): void {}
    }
    for (const exports of [undefined, null, 1, {}, () => {}, Half, Whole, { prototype }])
      assert.equal(only?.apply(exports), undefined);
  });

  it('does not touch a prototype that cannot be changed', () => {
    const [only] = pgPatches(() => {}, noFailure);
    const createQuery = () =>
      class {
        submit(): void {}
        handleReadyForQuery(): void {}
        handleError(): void {}
      };
    const [Frozen, Closed] = [createQuery(), createQuery()];
    Object.freeze(Frozen.prototype);
    Object.preventExtensions(Closed.prototype);
    const before = [Frozen, Closed].map(({ prototype }) => snapshot(prototype));
    assert.equal(only?.apply(Frozen), undefined);
    assert.throws(() => only?.apply(Closed), TypeError);
    assert.deepEqual(
      [Frozen, Closed].map(({ prototype }) => snapshot(prototype)),
      before,
    );
  });

  it('keeps its own failures from the application', () => {
    const failure = new Error('the store is broken');
    const failures: unknown[] = [];
    const undo = patch(
      () => {
        throw failure;
      },
      (...told) => failures.push(told),
    );
    run();
    run('SELECT 1', 'handleError');
    assert.deepEqual(failures.splice(0), [
      ['pg', failure],
      ['pg', failure],
    ]);
    const frozen = Object.freeze({ text: 'SELECT 1', name: 'x', requiresPreparation: () => false });
    assert.equal(prototype.submit.call(frozen, sink()), null);
    assert.equal(failures.length, 1);
    undo();
  });

  it('is not fooled by fake timers', t => {
    const seconds: number[] = [];
    const undo = patch(({ seconds: taken }) => seconds.push(taken));
    let fake = 0;
    t.mock.method(performance, 'now', () => {
      fake += 1e9;
      return fake;
    });
    run();
    t.mock.restoreAll();
    undo();
    assert.ok(seconds.length === 1 && (seconds[0] ?? 1) < 1);
  });

  it('would not see failures if it looked at the normal end only', () => {
    const observed = observePg();
    const { handleReadyForQuery } = prototype;
    let broken = 0;
    prototype.handleReadyForQuery = function (this: unknown, ...args) {
      broken += 1;
      return handleReadyForQuery.apply(this, args);
    };
    run();
    run('SELECT 1', 'handleError');
    prototype.handleReadyForQuery = handleReadyForQuery;
    assert.deepEqual([broken, observed.take()], [1, ['SELECT none', 'SELECT none failed']]);
    observed.undo();
  });
});
