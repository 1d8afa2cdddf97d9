import { replaceMethods } from '../../instrumentations/replace-methods.ts';
import type { DatabaseAdapter } from '../adapter.ts';
import { createCassandraCalls } from '../cassandra-driver/calls.ts';

/** cassandra-driver, and its mapper. */
export const createPatch: DatabaseAdapter['createPatch'] = ({ calls, onFailure }) => {
  const observed = createCassandraCalls(calls, onFailure);
  return ({ file, exports }) => {
    const prototype =
      typeof exports === 'function' ? (exports.prototype as Record<string, unknown>) : undefined;
    return file === 'lib/request-execution.js'
      ? replaceMethods(prototype, observed.execution)
      : replaceMethods(prototype, observed.operation);
  };
};
