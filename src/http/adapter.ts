import type { OnHookFailure } from '../instrumentations/module-patch.ts';
import type { FrameworkFile } from './framework-files.ts';

/** What an adapter gets of each of its files that the application loads. */
export interface LoadedFile extends Pick<FrameworkFile, 'module' | 'file'> {
  readonly exports: unknown;
  /** Of the package; `undefined`: one of Node.js' own modules. */
  readonly folder: string | undefined;
  readonly onFailure: OnHookFailure;
}

/** The adapter of a framework: a file of its own, read when the application loads the framework. */
export interface Adapter {
  /** Patches a file, and returns what undoes it; throws where the file is not as expected. */
  readonly patch: (loaded: LoadedFile) => (() => void) | undefined;
}
