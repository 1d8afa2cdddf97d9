import type { Methods } from '../../instrumentations/replace-methods.ts';
import type { DatabaseAdapter } from '../adapter.ts';
import { createCallbackPatches } from '../mongodb/callbacks.ts';
import { patchPromises } from '../mongodb/promises.ts';

/** mongodb, and everything that uses it, such as mongoose with its own copy of it. */
export const createPatch: DatabaseAdapter['createPatch'] =
  tools =>
  ({ file, exports }) => {
    if (file === 'lib/cmap/connection_pool.js') {
      const pool = prototypeOf(exports, 'ConnectionPool');
      // Where it gives promises, whoever awaits one goes on in the own context.
      return typeof pool?.withConnection === 'function'
        ? createCallbackPatches(tools).patchPool(pool)
        : undefined;
    }
    const connection = prototypeOf(exports, 'Connection');
    if (connection === undefined) return undefined;
    if (typeof connection.writeCommand === 'function') return patchPromises(connection, tools);
    return typeof connection.onMessage === 'function'
      ? createCallbackPatches(tools).patchConnection(connection)
      : undefined;
  };

const prototypeOf = (exports: unknown, name: string): Methods | undefined => {
  const found = (exports as Readonly<Record<string, unknown>> | null | undefined)?.[name];
  return typeof found === 'function' ? (found.prototype as Methods) : undefined;
};
