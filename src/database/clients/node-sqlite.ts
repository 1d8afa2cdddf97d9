import { type AnyFunction, type Methods, replaceMethods } from '../../instrumentations/replace-methods.ts';
import type { DatabaseAdapter } from '../adapter.ts';
import type { SentCall } from '../call-observer.ts';
import { createSqliteCalls, type SentOf, sentOnce } from '../sqlite/calls.ts';
import { createPrototypes } from '../sqlite/prototypes.ts';

const client = 'node-sqlite';

/** What is not in the first versions. */
interface Database extends Methods {
  readonly createTagStore?: unknown;
}
interface Statement extends Methods {
  readonly iterate?: unknown;
}

const sentByStatement = sentOnce(statement => (statement as { readonly sourceSQL?: unknown }).sourceSQL);
const sentByExec: SentOf = (_, [text]) => ({ system: 'sqlite', text });
const sentByTexts = new WeakMap<object, SentCall>();
/** A template's texts, always the same array, with a parameter between each two, as the store itself prepares it. */
const sentByTag: SentOf = (_, [texts]) => {
  if (!Array.isArray(texts)) return undefined;
  let sent = sentByTexts.get(texts);
  if (sent === undefined) {
    sent = { system: 'sqlite', text: texts.join('?') };
    sentByTexts.set(texts, sent);
  }
  return sent;
};

/** All errors of SQLite have the same `code`, and SQLite's own number beside it. */
const codeOf = (error: unknown): string | undefined => {
  const number = (error as { readonly errcode?: unknown } | undefined)?.errcode;
  return typeof number === 'number' ? String(number) : undefined;
};

/** Of Node.js: a closed database, a statement without one, parameters that do not fit. */
const refusals: ReadonlySet<unknown> = new Set([
  ...['ERR_INVALID_STATE', 'ERR_INVALID_ARG_TYPE', 'ERR_INVALID_ARG_VALUE'],
]);
const isRefusal = (error: unknown): boolean =>
  refusals.has((error as { readonly code?: unknown } | undefined)?.code);

/** Node.js' own SQLite. */
export const createPatch: DatabaseAdapter['createPatch'] = ({ calls, onFailure }) => {
  const { whole, iterate, next, leave } = createSqliteCalls({
    ...{ client, calls, onFailure, codeOf, isRefusal },
  });
  return ({ exports }) => {
    const prototypes = createPrototypes();
    const patchIterator = (iterator: object): void => prototypes.patch(iterator, { next, return: leave });
    const methodsOf = (sentOf: SentOf) => {
      const call = whole(sentOf);
      return { run: call, get: call, all: call };
    };

    const createTagStore = (original: AnyFunction) =>
      function createTagStore(this: unknown, ...parameters: unknown[]): unknown {
        const store = Reflect.apply(original, this, parameters);
        try {
          const methods = { ...methodsOf(sentByTag), iterate: iterate(sentByTag, patchIterator) };
          prototypes.patch(store as object, methods);
        } catch (error) {
          onFailure(client, error);
        }
        return store;
      };

    const database: Database | undefined = prototypeOf(exports, 'DatabaseSync');
    const statement: Statement | undefined = prototypeOf(exports, 'StatementSync');
    if (database === undefined || statement === undefined) return undefined;
    const iterateStatement = iterate(sentByStatement, patchIterator);
    const restoreStatement = replaceMethods(statement, {
      ...methodsOf(sentByStatement),
      ...(typeof statement.iterate === 'function' && { iterate: iterateStatement }),
    });
    if (restoreStatement === undefined) return undefined;
    const restoreDatabase = replaceMethods(database, {
      exec: whole(sentByExec),
      ...(typeof database.createTagStore === 'function' && { createTagStore }),
    });
    return () => {
      restoreDatabase?.();
      restoreStatement();
      prototypes.undo();
    };
  };
};

const prototypeOf = (exports: unknown, name: string): Methods | undefined => {
  const found: unknown = (exports as Readonly<Record<string, unknown>>)[name];
  return typeof found === 'function' ? (found.prototype as Methods) : undefined;
};
