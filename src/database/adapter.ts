import type { OnHookFailure } from '../instrumentations/module-patch.ts';
import type { CallObserver } from './call-observer.ts';
import type { ClientFile } from './client-files.ts';
import type { Pools } from './pools.ts';

/** A file of a client that the application has loaded. */
export interface LoadedClient extends Pick<ClientFile, 'module' | 'file'> {
  readonly exports: unknown;
  /** Of the package; `undefined`: one of Node.js' own modules. */
  readonly folder: string | undefined;
}

/** What an adapter works with. */
export interface ClientTools {
  readonly calls: CallObserver;
  readonly pools: Pools;
  readonly onFailure: OnHookFailure;
}

/**
 * Patches a file and returns what undoes it, or `undefined` where it was left alone because it is not as expected.
 * May throw: the file is then handed on untouched.
 */
export type PatchClient = (loaded: LoadedClient) => (() => void) | undefined;

/** The adapter of a database client: a file of its own, read when the application loads the client. */
export interface DatabaseAdapter {
  /** Called once; what it returns, for each of the client's files. */
  readonly createPatch: (tools: ClientTools) => PatchClient;
}
