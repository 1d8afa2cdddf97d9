import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import path from 'node:path';

const channel = 'tracing:module.require:end';

interface Loaded {
  readonly id?: unknown;
  readonly result?: unknown;
}

/**
 * Calls for each copy of a package that an ES module imports, with its exports, before the importing module runs. Such a
 * main file comes to no hook of `require`, but Node.js says that it was loaded.
 *
 * @param file the end of its path, such as `/bunyan/lib/bunyan.js`
 */
export const onImported = (file: string, imported: (exports: unknown) => void): (() => void) => {
  const listener = (message: unknown): void => {
    const { id, result } = message as Loaded;
    if (typeof id === 'string' && id.length > file.length && id.split(path.sep).join('/').endsWith(file))
      imported(result);
  };
  subscribe(channel, listener);
  return () => unsubscribe(channel, listener);
};
