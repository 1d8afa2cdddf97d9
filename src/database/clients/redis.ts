import type { Methods } from '../../instrumentations/replace-methods.ts';
import type { DatabaseAdapter } from '../adapter.ts';
import { createQueuePatches } from '../redis/queue.ts';

/** node-redis, of any version, and everything that uses it. */
export const createPatch: DatabaseAdapter['createPatch'] = tools => {
  const { patchQueue, patchClient, patchEncoder } = createQueuePatches(tools);
  return ({ file = '', exports }) => {
    if (file.endsWith('encoder.js')) return patchEncoder(exports as Methods);
    return file.endsWith('commands-queue.js') ? patchQueue(exports) : patchClient(exports);
  };
};
