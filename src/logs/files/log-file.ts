import path from 'node:path';
import { createFileSeries } from './file-series.ts';

/** A file of lines that is written in batches and rotated by size; shared safely with other processes. */
export interface LogFile {
  /** Takes one line without its end; never throws, never waits for the disk longer than a write takes. */
  readonly write: (line: string) => void;
  /** Writes what is held; synchronously, so that it also works while the process ends. */
  readonly flush: () => void;
  /**
   * Flushes, and from then on writes every line at once: the process may end at any moment. A log file joins
   * `createProcessEnd` with it, as `flushNow`.
   */
  readonly writeThrough: () => void;
  /** Flushes and gives the file up: further lines are refused. */
  readonly close: () => void;
}

/** What is different in tests; `realClock` is what it is otherwise. */
export interface LogFileClock {
  /** Milliseconds that only ever grow. */
  readonly now: () => number;
  /** Runs something once, after so many milliseconds, unless it is called off; keeps no process alive. */
  readonly after: (ms: number, run: () => void) => () => void;
}

/** Bound now, so that an application's fake timers do not become our clock. */
const [start, stop] = [setTimeout, clearTimeout];

export const realClock: LogFileClock = {
  now: performance.now.bind(performance),
  after: (ms, run) => {
    const timer = start(run, ms).unref();
    return () => stop(timer);
  },
};

export interface LogFileOptions {
  readonly directory: string;
  /** Of the first file, such as `combined.log`; the next are `combined1.log`, `combined2.log`, … */
  readonly name: string;
  /** A file is full when it has as many bytes; 5 MiB. */
  readonly maxBytes?: number;
  /** The oldest beyond it are deleted; 5. */
  readonly maxFiles?: number;
  /** Told once when writing begins to fail, with the file. */
  readonly onFailing: (error: unknown, path: string) => void;
  /** Told once when it works again. */
  readonly onRecovered: () => void;
  /** Gets each line that cannot be written. Lines that are written meanwhile, by what it does, are not taken. */
  readonly onRefused: (line: string) => void;
  readonly clock?: LogFileClock;
}

/** Characters, and milliseconds, that lines are held at most: what a process that is killed loses. */
const holdCharacters = 64 * 1024;
const holdMs = 100;

/** Milliseconds from a failure to the next try. */
const retryMs = 1_000;

/**
 * Lines are held until they are 64 Ki characters, or for a tenth of a second, and are then written together. Makes the
 * directory and the file with the first of them. Nothing here throws, and nothing keeps the process alive.
 */
export const createLogFile = (options: LogFileOptions): LogFile => {
  const { onFailing, onRecovered, onRefused, clock = realClock } = options;
  const series = createFileSeries({
    directory: absolute(options.directory),
    name: options.name,
    maxBytes: oneOrMore(options.maxBytes ?? 5 * 1024 * 1024),
    maxFiles: oneOrMore(options.maxFiles ?? 5),
    now: clock.now,
  });
  let lines: string[] = [];
  let characters = 0;
  let callOff: (() => void) | undefined;
  let holds = true;
  let closed = false;
  let flushing = false;
  let refusing = false;
  /** When to try again; `undefined`: writing works. */
  let retryAt: number | undefined;

  const refuse = (refused: readonly string[]): void => {
    refusing = true;
    try {
      for (const line of refused) guarded(() => onRefused(line));
    } finally {
      refusing = false;
    }
  };

  const fail = (error: unknown): void => {
    series.close();
    const told = retryAt !== undefined;
    retryAt = clock.now() + retryMs;
    if (!told) guarded(() => onFailing(error, series.path()));
  };

  /** Returns the lines that could not be written. */
  const append = (batch: readonly string[]): readonly string[] => {
    let end = 0;
    try {
      const bytes = Buffer.from(`${batch.join('\n')}\n`);
      while (end < bytes.length) {
        const written = series.append(bytes, end);
        end += written.bytes;
        if (written.error !== undefined) throw written.error;
      }
    } catch (error) {
      fail(error);
      return linesAfter(batch, end);
    }
    if (retryAt !== undefined) guarded(onRecovered);
    retryAt = undefined;
    return [];
  };

  const flush = (): void => {
    if (flushing || lines.length === 0) return;
    flushing = true;
    try {
      callOff?.();
      callOff = undefined;
      const batch = lines;
      lines = [];
      characters = 0;
      const waits = retryAt !== undefined && clock.now() < retryAt;
      refuse(waits ? batch : append(batch));
    } finally {
      flushing = false;
    }
  };

  const flushGuarded = (): void => guarded(flush);

  const take = (line: string): void => {
    if (refusing) return;
    if (closed) {
      refuse([line]);
      return;
    }
    lines.push(line);
    characters += line.length + 1;
    if (characters >= holdCharacters || !holds) flush();
    else callOff ??= clock.after(holdMs, flushGuarded);
  };

  return {
    write: line => guarded(() => take(line)),
    flush: flushGuarded,
    writeThrough: () => {
      holds = false;
      flushGuarded();
    },
    close: () => {
      closed = true;
      flushGuarded();
      series.close();
    },
  };
};

/** Anything else, also what is no number, would leave no file to write to. */
const oneOrMore = (number: number): number => (Number.isNaN(number) ? 1 : Math.max(1, number));

/** The application may change its working directory later, or be in one that is gone. */
const absolute = (directory: string): string => {
  try {
    return path.resolve(directory);
  } catch {
    return directory;
  }
};

/** Those that are not wholly among the first so many bytes. */
const linesAfter = (lines: readonly string[], bytes: number): readonly string[] => {
  let end = 0;
  const first = lines.findIndex(line => {
    end += Buffer.byteLength(line) + 1;
    return end > bytes;
  });
  return first === -1 ? [] : lines.slice(first);
};

const guarded = (callback: () => void): void => {
  try {
    callback();
  } catch {
    // What we were told to call has failed, or the application logs where its stack is full.
  }
};
