import type { DatabaseAdapter } from '../adapter.ts';

export const createPatch: DatabaseAdapter['createPatch'] = () => () => undefined;
