import { types } from 'node:util';
import { type AnyFunction, type Methods, replaceMethods } from '../../instrumentations/replace-methods.ts';
import type { ClientTools, DatabaseAdapter } from '../adapter.ts';
import type { OpenCall } from '../call-observer.ts';
import { statementOf } from '../pglite/statements.ts';

/** One statement after another has an instance of PGlite, behind a lock of its own. */
interface Running {
  call: OpenCall | undefined;
}

/** Of an instance, from when it asks for the types of arrays: what it did before was to make itself ready. */
interface State {
  /** What it runs now, between taking the lock and giving it back. */
  running: Running | undefined;
}

interface Instance {
  readonly [STATE]?: State;
}

const STATE: unique symbol = Symbol('state');
/** What PGlite asks for itself, when it starts and when it is told to look again. */
const ownQuestion = /^\s*SELECT b\.oid, b\.typarray\s/;

const { then } = Promise.prototype;

/**
 * Observes PGlite below `query`, `exec` and transactions: behind the lock that lets one statement in after another, and
 * where messages are handed to the database, which say what it is.
 */
const observe = (
  { calls, onFailure }: ClientTools,
  observation: { readonly active: boolean },
): Readonly<Record<string, (original: AnyFunction) => AnyFunction>> => {
  /** For the time of one synchronous call: the application wants the lock for messages of its own. */
  let isOwnLock = false;

  const watched = (state: State, run: () => unknown): (() => unknown) => {
    return () => {
      const running: Running = { call: undefined };
      state.running = running;
      const finish = (end: () => void): void => {
        if (state.running === running) state.running = undefined;
        end();
      };
      let answer: unknown;
      try {
        answer = run();
      } catch (error) {
        finish(() => calls.fail(running.call, error));
        throw error;
      }
      // The lock waits for it, so that nothing is hidden here.
      if (types.isPromise(answer))
        then.call(
          answer,
          () => finish(() => calls.end(running.call)),
          error => finish(() => calls.fail(running.call, error)),
        );
      else finish(() => calls.end(running.call));
      return answer;
    };
  };

  const begin = (instance: Instance, message: unknown): void => {
    try {
      const running = instance[STATE]?.running;
      if (running === undefined || running.call !== undefined) return;
      const text = statementOf(message);
      if (text === undefined || ownQuestion.test(text)) return;
      running.call = calls.begin({ system: 'postgresql', text });
    } catch (error) {
      onFailure('pglite', error);
    }
  };

  return {
    _initArrayTypes: original =>
      function (this: Instance, ...parameters: unknown[]): unknown {
        if (this[STATE] === undefined && Object.isExtensible(this)) {
          const state: State = { running: undefined };
          Object.defineProperty(this, STATE, { value: state });
        }
        return Reflect.apply(original, this, parameters);
      },
    _runExclusiveQuery: original =>
      function (this: Instance, ...parameters: unknown[]): unknown {
        const [run] = parameters;
        const state = this[STATE];
        if (!observation.active || state === undefined || isOwnLock || typeof run !== 'function')
          return Reflect.apply(original, this, parameters);
        return Reflect.apply(original, this, [watched(state, run as () => unknown)]);
      },
    runExclusive: original =>
      function (this: unknown, ...parameters: unknown[]): unknown {
        isOwnLock = true;
        try {
          return Reflect.apply(original, this, parameters);
        } finally {
          isOwnLock = false;
        }
      },
    execProtocolRaw: original =>
      function (this: Instance, ...parameters: unknown[]): unknown {
        begin(this, parameters[0]);
        return Reflect.apply(original, this, parameters);
      },
  };
};

type Replacements = ReturnType<typeof observe>;

/** Each where it is defined: some are inherited, and shared with what has nothing to do with this. */
const replaceWhereDefined = (prototype: object, replacements: Replacements): (() => void) | undefined => {
  const undo: ((() => void) | undefined)[] = [];
  const left = new Map(Object.entries(replacements));
  // The heirs first: they would inherit the mark of what is patched.
  for (let at: object | null = prototype; at !== null && left.size > 0; at = Object.getPrototypeOf(at)) {
    const owner = at;
    const own = [...left].filter(([name]) => Object.hasOwn(owner, name));
    if (own.length === 0) continue;
    for (const [name] of own) left.delete(name);
    undo.push(replaceMethods(owner as Methods, Object.fromEntries(own)));
  }
  const undoAll = (): void => {
    for (const step of undo) step?.();
  };
  if (left.size === 0 && undo.every(step => step !== undefined)) return undoAll;
  undoAll();
  return undefined;
};

export const createPatch: DatabaseAdapter['createPatch'] =
  tools =>
  ({ exports }) => {
    const { PGlite } = (exports ?? {}) as { PGlite?: { readonly prototype?: unknown } };
    const prototype = PGlite?.prototype;
    if (typeof prototype !== 'object' || prototype === null) return undefined;
    const observation = { active: true };
    const undo = replaceWhereDefined(prototype, observe(tools, observation));
    return (
      undo &&
      (() => {
        observation.active = false;
        undo();
      })
    );
  };
