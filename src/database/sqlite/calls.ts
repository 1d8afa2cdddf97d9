import type { OnHookFailure } from '../../instrumentations/module-patch.ts';
import type { AnyFunction } from '../../instrumentations/replace-methods.ts';
import type { CallObserver, OpenCall, SentCall } from '../call-observer.ts';

/** What an error carries as the database's own code, where that is not its `code`. */
type CodeOf = (error: unknown) => string | undefined;

/** Says what is sent when this object is called, from the parameters of the call; `undefined`: nothing can be. */
export type SentOf = (target: object, parameters: readonly unknown[]) => SentCall | undefined;

export interface SqliteTools {
  readonly client: string;
  readonly calls: CallObserver;
  readonly onFailure: OnHookFailure;
  readonly codeOf: CodeOf;
  /** Whether an error says that the library has refused the call before it came to the database. */
  readonly isRefusal: (error: unknown) => boolean;
}

const sentKey = Symbol('statement');
const openKey = Symbol('open call');

interface Remembering {
  [sentKey]?: SentCall;
  [openKey]?: OpenCall | undefined;
}

/** What a statement sends never changes: read once, as the getter of its text copies it from the library every time. */
export const sentOnce =
  (textOf: (statement: object) => unknown): SentOf =>
  statement => {
    const known = (statement as Remembering | undefined)?.[sentKey];
    if (known !== undefined) return known;
    let text: unknown;
    try {
      text = textOf(statement);
    } catch {
      // Its database is closed, or it is no statement: the call itself says so.
      return undefined;
    }
    if (typeof text !== 'string') return undefined;
    const sent = { system: 'sqlite', text };
    // Not enumerable: whoever prints or copies a statement sees it as it was.
    if (Object.isExtensible(statement)) Object.defineProperty(statement, sentKey, { value: sent });
    return sent;
  };

export interface SqliteCalls {
  /** Around a method that is one call from its start to its return. */
  readonly whole: (sentOf: SentOf) => (original: AnyFunction) => AnyFunction;
  /** Around a method that returns an iterator, whose end is that of the call. */
  readonly iterate: (
    sentOf: SentOf,
    patchIterator: (iterator: object) => void,
  ) => (original: AnyFunction) => AnyFunction;
  readonly next: (original: AnyFunction) => AnyFunction;
  readonly leave: (original: AnyFunction) => AnyFunction;
}

/** The calls of a SQLite in this process, all of them synchronous. */
export const createSqliteCalls = ({
  client,
  calls,
  onFailure,
  codeOf,
  isRefusal,
}: SqliteTools): SqliteCalls => {
  const begin = (target: object, parameters: readonly unknown[], sentOf: SentOf): OpenCall | undefined => {
    try {
      const sent = sentOf(target, parameters);
      return sent === undefined ? undefined : calls.begin(sent);
    } catch (error) {
      onFailure(client, error);
      return undefined;
    }
  };

  const fail = (call: OpenCall | undefined, error: unknown, wasRun: boolean): void => {
    if (call === undefined) return;
    let code: string | undefined;
    try {
      if (!wasRun && isRefusal(error)) calls.drop(call);
      code = codeOf(error);
    } catch {
      // The application's own error, with a getter that throws.
    }
    calls.fail(call, error, code);
  };

  const take = (iterator: Remembering): OpenCall | undefined => {
    const call = iterator[openKey];
    if (call !== undefined) iterator[openKey] = undefined;
    return call;
  };

  return {
    whole: sentOf => original =>
      function (this: object, ...parameters: unknown[]): unknown {
        const call = begin(this, parameters, sentOf);
        let result: unknown;
        try {
          result = Reflect.apply(original, this, parameters);
        } catch (error) {
          fail(call, error, false);
          throw error;
        }
        calls.end(call);
        return result;
      },

    iterate: (sentOf, patchIterator) => original =>
      function (this: object, ...parameters: unknown[]): unknown {
        const call = begin(this, parameters, sentOf);
        let iterator: unknown;
        try {
          iterator = Reflect.apply(original, this, parameters);
        } catch (error) {
          fail(call, error, false);
          throw error;
        }
        try {
          if (call !== undefined) {
            Object.defineProperty(iterator, openKey, { value: call, writable: true });
            patchIterator(iterator as object);
          }
        } catch (error) {
          calls.drop(call);
          onFailure(client, error);
        }
        return iterator;
      },

    next: original =>
      function (this: Remembering, ...parameters: unknown[]): unknown {
        let step: { readonly done?: boolean };
        try {
          step = Reflect.apply(original, this, parameters) as typeof step;
        } catch (error) {
          fail(take(this), error, true);
          throw error;
        }
        if (step.done) calls.end(take(this));
        return step;
      },

    leave: original =>
      function (this: Remembering, ...parameters: unknown[]): unknown {
        try {
          return Reflect.apply(original, this, parameters);
        } finally {
          calls.end(take(this));
        }
      },
  };
};
