import type { DatabaseAdapter } from '../adapter.ts';
import { createConnectionPatch } from '../tedious/connection.ts';

/** tedious, and of mssql on top of it what it asks only to try a connection. */
export const createPatch: DatabaseAdapter['createPatch'] = createConnectionPatch;
