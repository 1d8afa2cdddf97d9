import { createRequire } from 'node:module';
import path from 'node:path';

/**
 * The file that the application would get for a package: its main script, or else code in the working directory;
 * `undefined` where it is not installed.
 */
export const findInApplication = (name: string): string | undefined => {
  const script = process.argv[1];
  for (const folder of [...(script === undefined ? [] : [path.dirname(script)]), process.cwd()]) {
    try {
      return createRequire(path.join(folder, 'index.js')).resolve(name);
    } catch {
      // Not installed there.
    }
  }
  return undefined;
};

/** Why something is off, in the words of the start line. */
export const notInstalled = (what: string, name: string): string =>
  `${what} needs ${name}, which is not installed beside the application`;
