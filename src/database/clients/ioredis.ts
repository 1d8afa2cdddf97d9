import type { DatabaseAdapter } from '../adapter.ts';
import { createIoredisPatches } from '../ioredis/commands.ts';

/** ioredis, and everything that uses it. */
export const createPatch: DatabaseAdapter['createPatch'] = tools => {
  const { patchCommand, patchRedis, patchEvents } = createIoredisPatches(tools);
  return ({ file = '', exports }) => {
    if (file.endsWith('event_handler.js')) return patchEvents(exports);
    return /command\.js$/i.test(file) ? patchCommand(exports) : patchRedis(exports);
  };
};
