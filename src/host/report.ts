import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';

/** Writes one line for the person who runs the process; never throws. */
export type Report = (line: string) => void;

/**
 * Straight to the descriptor: a stream whose other end has gone away would emit an error and end the process.
 * Throws then, and where a pipe is full.
 */
export const writeToStandardError = (text: string): void => {
  const descriptor = withoutWaiting() ?? 2;
  try {
    writeSync(descriptor, text);
  } finally {
    if (descriptor !== 2) closeSync(descriptor);
  }
};

/**
 * The pipe that standard error is, opened once more: a full one that nobody reads refuses our text instead of
 * holding the application. The mode of the application's own descriptor is not ours to change.
 */
const withoutWaiting = (): number | undefined => {
  try {
    if (process.platform !== 'linux' || !fstatSync(2).isFIFO()) return undefined;
    return openSync('/proc/self/fd/2', constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    // It belongs to another user, or there is no /proc.
    return undefined;
  }
};

const prefix = '[monitoring] ';

/** @param write receives a whole line with its end; the process's standard error in production */
export const createReport =
  (write: (text: string) => void, silent: boolean): Report =>
  line => {
    if (silent) return;
    try {
      write(`${prefix}${line}\n`);
    } catch {
      // Standard error is closed: there is nobody left to tell.
    }
  };

/** Lets the first line of each cause pass and at most one a minute after it. `now` in monotonic milliseconds. */
export const limitPerCause = (report: Report, now: () => number): ((cause: string, line: string) => void) => {
  const last = new Map<string, number>();
  return (cause, line) => {
    const time = now();
    const previous = last.get(cause);
    if (previous !== undefined && time - previous < 60_000) return;
    if (last.size >= 100 && previous === undefined) return;
    last.set(cause, time);
    report(line);
  };
};

/** One line that says what went wrong, from whatever was thrown; never throws. */
export const reasonOf = (error: unknown): string => {
  try {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return text.replace(/\s+/g, ' ').slice(0, 300);
  } catch {
    return 'an error that cannot be shown';
  }
};

/** What is said when the preload fails, also by the file that loads nothing else. */
export const notStarted = (error: unknown): string =>
  `could not start, the application runs unmonitored: ${reasonOf(error)}`;
