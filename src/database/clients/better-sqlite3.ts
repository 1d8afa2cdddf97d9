import { type AnyFunction, type Methods, replaceMethods } from '../../instrumentations/replace-methods.ts';
import type { DatabaseAdapter } from '../adapter.ts';
import { createSqliteCalls, type SentOf, sentOnce } from '../sqlite/calls.ts';
import { createPrototypes } from '../sqlite/prototypes.ts';

const client = 'better-sqlite3';

interface Database extends Methods {
  readonly prepare?: unknown;
  /** Since version 13. */
  readonly explain?: unknown;
}

const sentByStatement = sentOnce(statement => (statement as { readonly source?: unknown }).source);
const sentByExec: SentOf = (_, [text]) => ({ system: 'sqlite', text });

/** better-sqlite3. Its pragmas and transactions run statements like any other, and are counted there. */
export const createPatch: DatabaseAdapter['createPatch'] = ({ calls, onFailure }) => {
  const { whole, iterate, next, leave } = createSqliteCalls({
    ...{ client, calls, onFailure },
    ...{ codeOf: () => undefined, isRefusal },
  });
  return ({ exports }) => {
    const database: Database | undefined = databaseOf(exports);
    const prepareOriginal = database?.prepare;
    if (database === undefined || typeof prepareOriginal !== 'function') return undefined;

    const prototypes = createPrototypes();
    const patchIterator = (iterator: object): void => prototypes.patch(iterator, { next, return: leave });
    const statement = whole(sentByStatement);
    /** One for each native part: `nativeBinding` brings another. */
    let known: unknown;
    const patchStatement = (prepared: object): void => {
      known = Object.getPrototypeOf(prepared);
      const methods = {
        ...{ run: statement, get: statement, all: statement },
        iterate: iterate(sentByStatement, patchIterator),
      };
      prototypes.patch(prepared, methods);
    };

    const prepare = (original: AnyFunction) =>
      function prepare(this: unknown, ...parameters: unknown[]): unknown {
        const prepared = Reflect.apply(original, this, parameters);
        try {
          if (Object.getPrototypeOf(prepared) !== known) patchStatement(prepared as object);
        } catch (error) {
          onFailure(client, error);
        }
        return prepared;
      };

    /** Around what prepares statements of its own: the class has to be known before they run. */
    const afterPrepared = (original: AnyFunction) =>
      function (this: unknown, ...parameters: unknown[]): unknown {
        if (known === undefined) {
          try {
            patchStatement(Reflect.apply(prepareOriginal, this, ['SELECT 1']) as object);
          } catch {
            // Closed, or busy: then the call itself fails too.
          }
        }
        return Reflect.apply(original, this, parameters);
      };

    const restore = replaceMethods(database, {
      ...{ prepare, exec: whole(sentByExec) },
      ...{ pragma: afterPrepared, transaction: afterPrepared },
      ...(typeof database.explain === 'function' && { explain: afterPrepared }),
    });
    if (restore === undefined) return undefined;
    return () => {
      restore();
      prototypes.undo();
    };
  };
};

/** Its own errors have no code: what it refuses is only told by its words. */
const refusal =
  /^(?:The database connection is not open|This (?:database connection|statement) |Too (?:many|few) |Missing named |Named parameters |You cannot specify |SQLite3 can only bind|Expected )/;
const isRefusal = (error: unknown): boolean => {
  if (!(error instanceof Error) || 'code' in error) return false;
  return (error instanceof TypeError || error instanceof RangeError) && refusal.test(error.message);
};

const databaseOf = (exports: unknown): Methods | undefined => {
  const main: unknown =
    typeof exports === 'object' && exports !== null && 'default' in exports ? exports.default : exports;
  return typeof main === 'function' ? (main.prototype as Methods) : undefined;
};
