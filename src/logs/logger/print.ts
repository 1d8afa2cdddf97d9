import { Console } from 'node:console';

/**
 * Writes lines to stdout. A console of our own: the application's may be one that logs what it is given, or be replaced.
 * It overlooks that nobody reads any more, which would end the process.
 */
export const createPrint = (): ((line: string) => void) => {
  let own: Console | undefined;
  return line => {
    try {
      own ??= new Console(process.stdout, process.stderr);
      own.log(line);
    } catch {
      // Standard output is closed.
    }
  };
};
