import type { DatabaseAdapter } from '../adapter.ts';
import { patchConnection } from '../tedious/connection.ts';

/** tedious, and mssql on top of it. */
export const createPatch: DatabaseAdapter['createPatch'] =
  tools =>
  ({ exports }) =>
    patchConnection(exports, tools);
