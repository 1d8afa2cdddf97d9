import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import vm from 'node:vm';
import { createMarks } from '../../src/errors/flood/marks.ts';

const hostile = (): object =>
  new Proxy(new Error('hostile'), {
    get: () => {
      throw new Error('get');
    },
    has: () => {
      throw new Error('has');
    },
    getPrototypeOf: () => {
      throw new Error('getPrototypeOf');
    },
    defineProperty: () => {
      throw new Error('defineProperty');
    },
  });

describe('marks', () => {
  test('are found again on anything that is an object, and on nothing else', () => {
    const objects = [
      new Error('a'),
      Object.freeze(new Error('frozen')),
      Object.preventExtensions({}),
      Object.create(null),
      () => {},
      new Proxy({}, {}),
      hostile(),
      Proxy.revocable({}, {}).proxy,
      vm.runInNewContext('new TypeError("elsewhere")'),
    ] as const;
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    for (const object of [...objects, revoked.proxy]) {
      const marks = createMarks<number>();
      assert.equal(marks.find(object), undefined);
      marks.set(object, 1);
      assert.equal(marks.find(object), 1);
      marks.set(object, 2);
      assert.equal(marks.find(object), 2, 'it can be replaced');
    }
    const marks = createMarks<number>();
    for (const value of ['text', 42, undefined, null, true, 1n, Symbol('s')]) {
      marks.set(value, 1);
      assert.equal(marks.find(value), undefined);
    }
  });

  test('cannot be seen by the application', () => {
    const error = new Error('a');
    const before = [Reflect.ownKeys(error), Object.getOwnPropertyDescriptors(error), JSON.stringify(error)];
    createMarks<number>().set(error, 1);
    assert.deepEqual(
      [Reflect.ownKeys(error), Object.getOwnPropertyDescriptors(error), JSON.stringify(error)],
      before,
    );
  });

  test('of one are not those of another', () => {
    const error = new Error('a');
    const [some, others] = [createMarks<number>(), createMarks<number>()];
    some.set(error, 1);
    assert.equal(others.find(error), undefined);
  });

  test('are found along the causes, some way down, also in a circle', () => {
    const marks = createMarks<string>();
    const first = new Error('first');
    let error: Error = first;
    const chain = [first];
    for (let depth = 1; depth <= 10; depth++) {
      error = new Error(`around ${depth}`, { cause: error });
      chain.push(error);
    }
    marks.set(first, 'id');
    assert.deepEqual(
      chain.map(link => marks.find(link)),
      chain.map((_, depth) => (depth <= 8 ? 'id' : undefined)),
    );
    const circle: { cause?: unknown } = {};
    circle.cause = { cause: circle };
    assert.equal(marks.find(circle), undefined);
    assert.equal(marks.find(hostile()), undefined);
    assert.equal(marks.find(new Error('around', { cause: hostile() })), undefined);
    const around = new Error('around', { cause: 'text' });
    marks.set(around, 'nearest');
    assert.equal(marks.find(around), 'nearest');
  });
});
