import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { DatabaseCall } from '../../src/database/call.ts';
import { type CallObserverOptions, createCallObserver } from '../../src/database/call-observer.ts';
import { createDatabaseLabels } from '../../src/database/labels.ts';

const observe = (options: Partial<CallObserverOptions<object>> = {}) => {
  const recorded: DatabaseCall<object>[] = [];
  const failures: string[] = [];
  const calls = createCallObserver<object>({
    client: 'pg',
    labels: createDatabaseLabels(),
    record: call => recorded.push(call),
    active: () => undefined,
    onFailure: (hook, error) => failures.push(`${hook}: ${error}`),
    ...options,
  });
  return { calls, recorded, failures };
};

const sent = { system: 'postgresql', text: 'SELECT * FROM users' };

describe('the observer of database calls', () => {
  test('records a call when it ends, and only its first end', () => {
    const { calls, recorded } = observe();
    const call = calls.begin(sent);
    assert.equal(recorded.length, 0);
    calls.end(call);
    calls.end(call);
    calls.fail(call, new Error('late'));
    assert.deepEqual(
      recorded.map(({ operation, table, failed }) => [operation, table, failed]),
      [['SELECT', 'users', false]],
    );
    assert.ok((recorded[0]?.seconds ?? -1) >= 0);
  });

  test('records a failed call with its error, and the code that the adapter says', () => {
    const { calls, recorded } = observe();
    const error = new Error('WRONGTYPE not that kind');
    calls.fail(calls.begin({ system: 'redis', operation: 'get' }), error, 'WRONGTYPE');
    const [{ failed, error: told, code, operation } = {}] = recorded;
    assert.deepEqual([failed, told, code, operation], [true, error, 'WRONGTYPE', 'GET']);
  });

  test('does not count what was never sent, or never begun', () => {
    const { calls, recorded } = observe();
    const call = calls.begin(sent);
    calls.drop(call);
    calls.end(call);
    calls.end(undefined);
    calls.fail(undefined, new Error('x'));
    calls.drop(undefined);
    assert.deepEqual(recorded, []);
  });

  test('takes whoever is active for the caller, unless another is said', () => {
    const [active, asked] = [{ name: 'active' }, { name: 'asked' }];
    const { calls, recorded } = observe({ active: () => active });
    calls.end(calls.begin(sent));
    calls.end(calls.begin({ ...sent, caller: asked }));
    assert.deepEqual(
      recorded.map(({ caller }) => caller),
      [active, asked],
    );
    assert.equal(calls.caller(), active);
  });

  test('nobody can be said to have asked, whoever is active', () => {
    const { calls, recorded } = observe({ active: () => ({ name: 'active' }) });
    calls.end(calls.begin({ ...sent, caller: null }));
    assert.deepEqual(
      recorded.map(({ caller }) => caller),
      [undefined],
    );
  });

  test('tells what fails of our own, and throws nothing', () => {
    const broken = (): never => {
      throw new Error('broken');
    };
    const { calls, failures } = observe({ active: broken, record: broken });
    assert.equal(calls.caller(), undefined);
    const call = calls.begin(sent);
    calls.end(call);
    calls.fail(call, new Error('late'));
    assert.deepEqual(failures, ['pg: Error: broken', 'pg: Error: broken', 'pg: Error: broken']);
  });
});
