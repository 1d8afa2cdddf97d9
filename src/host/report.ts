import { writeSync } from 'node:fs';

/** Writes one line for the person who runs the process; never throws. */
export type Report = (line: string) => void;

/**
 * Straight to the descriptor: a stream whose other end has gone away would emit an error and end the process.
 * Throws then.
 */
export const writeToStandardError = (text: string): void => {
  writeSync(2, text);
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
