import path from 'node:path';
import type { Report } from '../host/report.ts';
import * as lines from '../lines.ts';
import type { ProcessEnd } from '../shutdown.ts';
import type { LogFile, LogFileOptions } from './files/log-file.ts';

type FileName = 'error.log' | 'combined.log';

export interface LogDirectoriesOptions {
  readonly openFile: (options: LogFileOptions) => LogFile;
  readonly report: Report;
  /** Gets a line that no file takes; may throw. */
  readonly printFallback: (line: string) => void;
  readonly processEnd: Pick<ProcessEnd, 'add'>;
}

export interface LogDirectories {
  /**
   * The file of that name, the same one for everybody in this process.
   *
   * @param isShown its lines are on the console anyway
   */
  readonly open: (directory: string, name: FileName, isShown: boolean) => LogFile;
  /** Writes what is held, and holds nothing any more. */
  readonly writeThrough: () => void;
}

/** One writer for each file, whose lines are printed to stderr while it cannot be written. */
export const createLogDirectories = (options: LogDirectoriesOptions): LogDirectories => {
  const { openFile, report, printFallback, processEnd } = options;
  const files = new Map<string, { readonly file: LogFile; isShown: boolean }>();
  const atEnd = new Set<() => void>();
  /** Of each directory, those of its files that cannot be written. */
  const failing = new Map<string, Set<FileName>>();

  const refuse = (line: string): void => {
    try {
      printFallback(`${line}\n`);
    } catch {
      // Standard error is closed or full: there is nobody left to tell.
    }
  };

  const fail = (directory: string, name: FileName, error: unknown): void => {
    const names = failing.get(directory);
    if (names === undefined) report(lines.logFilesFailing(directory, error));
    failing.set(directory, (names ?? new Set()).add(name));
  };
  const recover = (directory: string, name: FileName): void => {
    const names = failing.get(directory);
    if (!names?.delete(name) || names.size > 0) return;
    failing.delete(directory);
    report(lines.logFilesRecovered(directory));
  };

  return {
    open: (given, name, isShown) => {
      const directory = absolute(given);
      const file = path.join(directory, name);
      const known = files.get(file);
      if (known !== undefined) {
        known.isShown &&= isShown;
        return known.file;
      }
      const opened = {
        isShown,
        file: openFile({
          directory,
          name,
          onFailing: error => fail(directory, name, error),
          onRecovered: () => recover(directory, name),
          // What is in error.log is in combined.log, too, which speaks for both.
          onRefused: line => {
            if (name === 'combined.log' && !opened.isShown) refuse(line);
          },
        }),
      };
      files.set(file, opened);
      atEnd.add(processEnd.add({ flushNow: opened.file.writeThrough }));
      return opened.file;
    },
    writeThrough: () => {
      for (const { file } of files.values()) file.writeThrough();
      // From now on there is nothing to be done at the end.
      for (const remove of atEnd) remove();
      atEnd.clear();
    },
  };
};

/** The working directory may be gone. */
const absolute = (directory: string): string => {
  try {
    return path.resolve(directory);
  } catch {
    return directory;
  }
};
