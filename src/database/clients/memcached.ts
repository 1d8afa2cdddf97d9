import type { DatabaseAdapter } from '../adapter.ts';
import { createMemcachedPatch } from '../memcached/commands.ts';

/** memcached, and everything that uses it. */
export const createPatch: DatabaseAdapter['createPatch'] = tools => {
  const patch = createMemcachedPatch(tools);
  return ({ exports }) => patch(exports);
};
