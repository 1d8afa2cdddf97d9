import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { watchProcessErrors } from '../../src/errors/process-errors.ts';

const events = ['uncaughtException', 'unhandledRejection', 'exit', 'SIGTERM'] as const;
const listeners = (): readonly number[] => events.map(event => process.listenerCount(event));

let undo = (): void => {};
afterEach(() => undo());

/** Watches this process, and returns what is told. */
const watch = ({ now = (): number => 0, fails = false } = {}): readonly string[] => {
  const told: string[] = [];
  const tell = (text: string): void => {
    told.push(text);
    if (fails) throw new Error('broken');
  };
  undo = watchProcessErrors({
    onError: (error, source) => tell(`${source} ${error}`),
    onAbruptEnd: () => tell('abrupt end'),
    onWarning: ({ message }) => tell(message),
    onFailure: () => tell('failure'),
    now,
  });
  return told;
};

test('nobody can tell by its listeners that a process is watched, and all is taken back', () => {
  const before = listeners();
  const monitors = process.listenerCount('uncaughtExceptionMonitor');
  const { emit } = process;
  watch();
  assert.deepEqual(listeners(), before);
  assert.ok(!Object.keys(process).includes('emit'));
  assert.notEqual(process.emit, emit);
  undo();
  assert.ok(!Object.hasOwn(process, 'emit'));
  assert.equal(process.emit, emit);
  assert.equal(process.listenerCount('uncaughtExceptionMonitor'), monitors);
});

/** Without the listeners of the test runner. */
const alone = (event: string, work: () => void): void => {
  const others = process.rawListeners(event);
  process.removeAllListeners(event);
  try {
    work();
  } finally {
    process.removeAllListeners(event);
    for (const other of others) process.on(event, other as () => void);
  }
};

/** Puts an emit of somebody else there meanwhile. */
const withEmit = (emit: (this: unknown, ...args: unknown[]) => unknown, work: () => void): void => {
  Object.assign(process, { emit });
  try {
    work();
  } finally {
    Reflect.deleteProperty(process, 'emit');
  }
};

test('an emit that somebody else has put there is called, and put back', () => {
  const seen: unknown[] = [];
  const theirs = function (this: unknown, ...args: unknown[]): unknown {
    if (args[0] === 'SIGHUP') seen.push(this === process, args);
    return 'returned';
  };
  withEmit(theirs, () => {
    watch();
    assert.equal(process.emit('SIGHUP', 'SIGHUP'), 'returned');
    assert.deepEqual(seen, [true, ['SIGHUP', 'SIGHUP']]);
    undo();
    assert.equal(process.emit as unknown, theirs);
  });
});

test('an emit that somebody puts there afterwards stays, and nothing is told any more', () => {
  const told = watch();
  const watched = process.emit;
  const theirs = function (this: unknown, ...args: unknown[]): unknown {
    return Reflect.apply(watched, this, args);
  };
  const reject = (reason: string): void =>
    alone('unhandledRejection', () => {
      process.on('unhandledRejection', () => {});
      process.emit('unhandledRejection', reason, Promise.resolve());
    });
  withEmit(theirs, () => {
    reject('told');
    undo();
    assert.equal(process.emit as unknown, theirs);
    reject('not told');
    assert.deepEqual(told, ['unhandledRejection told']);
  });
});

test('what the application emits itself is passed on, with what it returns and throws', () => {
  const told = watch();
  alone('uncaughtException', () => {
    process.on('uncaughtException', () => {
      throw new Error('thrown');
    });
    assert.throws(() => process.emit('uncaughtException', new Error('own')), /^Error: thrown$/);
    assert.equal(process.emit('SIGHUP', 'SIGHUP'), false);
  });
  assert.deepEqual(told, []);
});

test('warnings are told a hundred at once, and one more each second', () => {
  let time = 0;
  const told = watch({ now: () => time });
  const warn = (times: number): void => {
    // Without Node's own listener, which prints.
    const [own] = process.listeners('warning').slice(-1);
    alone('warning', () => {
      if (own !== undefined) process.on('warning', own);
      for (let count = 0; count < times; count++) process.emit('warning', new Error('beware'));
    });
  };
  warn(150);
  assert.equal(told.length, 100);
  time += 2_000;
  warn(10);
  assert.equal(told.length, 102);
  time += 1_000_000;
  warn(150);
  assert.equal(told.length, 202);
});

test('nothing that is told can throw', () => {
  const told = watch({ fails: true });
  Reflect.apply(process.emit, process, [
    'uncaughtExceptionMonitor',
    new Error('thrown'),
    'uncaughtException',
  ]);
  assert.deepEqual(told, ['uncaughtException Error: thrown', 'failure']);
});
