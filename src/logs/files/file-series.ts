import { existsSync, mkdirSync, readdirSync, statSync, unlinkSync } from 'node:fs';
import path from 'node:path';
import {
  append,
  closeDescriptor,
  cutOf,
  type Descriptor,
  endsInHalfLine,
  isSame,
  openToAppend,
  statusOf,
  type Written,
} from './descriptor.ts';
import { lastNumber, numberedName, numbersAmong } from './numbered-names.ts';

export interface FileSeriesOptions {
  readonly directory: string;
  /** Of the first file, such as `combined.log`. */
  readonly name: string;
  /** A file is full when it has as many bytes. */
  readonly maxBytes: number;
  /** The oldest beyond it are deleted. */
  readonly maxFiles: number;
  /** Milliseconds that only ever grow. */
  readonly now: () => number;
}

/** Files with numbers in their names, of which the newest is written. */
export interface FileSeries {
  /**
   * Writes whole lines from `start` on, and returns how far it came; until the file is full at most. Throws when there
   * is no file to write to.
   */
  readonly append: (lines: Uint8Array, start: number) => Written;
  /** The file that was tried last. */
  readonly path: () => string;
  readonly close: () => void;
}

/** Milliseconds between two looks at whether the open file is still the one that its name stands for. */
const lookEvery = 1_000;

/**
 * Safe among any number of processes that write the same series, without locks: nothing is renamed, every write appends
 * whole lines, and each process sees for itself that a file is full or gone, and moves on to the newest. Two that move
 * on at once make the same next number, that is, one file; one that was asleep finds that there are newer ones.
 */
export const createFileSeries = (options: FileSeriesOptions): FileSeries => {
  const { directory, name, maxBytes, maxFiles, now } = options;
  let file: Descriptor | undefined;
  let number = 0;
  /** Bytes in the file after our last write: with any other number somebody else has written, or cut it. */
  let expected = -1;
  let nextLook = 0;

  const pathOf = (which: number): string => path.join(directory, numberedName(name, which));
  const list = (): readonly number[] => numbersAmong(readdirSync(directory), name);
  const newest = (): number | undefined =>
    list().reduce<number | undefined>((highest, other) => Math.max(highest ?? 0, other), undefined);

  const isFull = (size: number): boolean => size >= maxBytes;

  const close = (): void => {
    if (file !== undefined) closeDescriptor(file);
    file = undefined;
  };

  /** A file that was renamed, replaced, or emptied after others had moved on is open, but no longer the newest. */
  const isNewest = (open: Descriptor): boolean => {
    if (now() < nextLook) return true;
    nextLook = now() + lookEvery;
    try {
      return isSame(statSync(pathOf(number)), open) && newest() === number;
    } catch {
      return false;
    }
  };

  const deleteOldest = (): void => {
    for (const other of list()) {
      if (other > number - maxFiles) continue;
      try {
        unlinkSync(pathOf(other));
      } catch {
        // Another process was faster, or it is none of ours to delete.
      }
    }
  };

  const open = (which: number): { readonly file: Descriptor; readonly size: number } => {
    number = which;
    file = openToAppend(pathOf(which));
    return { file, size: statusOf(file)?.size ?? 0 };
  };

  const openNewest = (): { readonly file: Descriptor; readonly size: number } => {
    if (!existsSync(directory)) makeDirectory(directory);
    nextLook = now() + lookEvery;
    let wanted = newest() ?? 0;
    let moved = false;
    for (;;) {
      const opened = open(wanted);
      expected = -1;
      const latest = newest() ?? wanted;
      // While we looked and opened, others may have moved on: what we have made is deleted as too old.
      if (latest <= wanted && (!isFull(opened.size) || wanted >= lastNumber)) {
        if (moved) deleteOldest();
        return opened;
      }
      close();
      moved = latest <= wanted;
      wanted = moved ? wanted + 1 : latest;
    }
  };

  const current = (): { readonly file: Descriptor; readonly size: number } => {
    if (file !== undefined) {
      const stats = statusOf(file);
      // Not ours any more: it is not for us to close.
      if (stats === undefined) file = undefined;
      else if (stats.nlink > 0 && !isFull(stats.size) && isNewest(file)) return { file, size: stats.size };
    }
    close();
    return openNewest();
  };

  return {
    path: () => pathOf(number),
    close,
    append: (lines, start) => {
      const { file, size } = current();
      const end = cutOf(lines, start, Math.max(1, maxBytes - size));
      const chunk = lines.subarray(start, end);
      if (size === expected || !endsInHalfLine(file)) {
        const written = append(file, chunk, size);
        expected = size + written.bytes;
        return written;
      }
      // In one write, so that nobody's line comes between.
      const { bytes, ...rest } = append(file, Buffer.concat([Buffer.from('\n'), chunk]), size);
      expected = size + bytes;
      return { bytes: Math.max(0, bytes - 1), ...rest };
    },
  };
};

/** With its parents. Node.js' own `recursive` never returns where nothing can be made, such as in /proc. */
const makeDirectory = (directory: string): void => {
  try {
    makeOneDirectory(directory);
  } catch (error) {
    const parent = path.dirname(directory);
    if (codeOf(error) !== 'ENOENT' || parent === directory) throw error;
    makeDirectory(parent);
    makeOneDirectory(directory);
  }
};

const makeOneDirectory = (directory: string): void => {
  try {
    mkdirSync(directory);
  } catch (error) {
    // Another process was faster, or it is no directory, which the next call says.
    if (codeOf(error) !== 'EEXIST') throw error;
  }
};

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;
