import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  futimesSync,
  openSync,
  readSync,
  type Stats,
  writeSync,
} from 'node:fs';

/** An open file, and which one it was when it was opened: the number alone may become somebody else's. */
export interface Descriptor {
  readonly fd: number;
  readonly dev: number;
  readonly ino: number;
}

const lineEnd = 10;

// Without waiting: a pipe that nobody reads refuses to be opened or written, where it would hold the process.
const mode = constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK | constants.O_NOCTTY;

/** Opens a file to append to, and makes it where there is none. Throws what the file system says. */
export const openToAppend = (path: string): Descriptor => {
  const fd = openReadable(path);
  try {
    const { dev, ino } = fstatSync(fd);
    return { fd, dev, ino };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
};

/** Its last byte has to be read; a file that may only be written does without. */
const openReadable = (path: string): number => {
  try {
    return openSync(path, constants.O_RDWR | mode);
  } catch {
    return openSync(path, constants.O_WRONLY | mode);
  }
};

/** What the open file is now; `undefined`: somebody has closed our descriptor, and its number may be another's. */
export const statusOf = (file: Descriptor): Stats | undefined => {
  try {
    const stats = fstatSync(file.fd);
    return isSame(stats, file) ? stats : undefined;
  } catch {
    return undefined;
  }
};

export const isSame = (stats: Pick<Stats, 'dev' | 'ino'>, file: Descriptor): boolean =>
  stats.ino === file.ino && stats.dev === file.dev;

/** Never throws, and closes nothing that is not ours. */
export const closeDescriptor = (file: Descriptor): void => {
  try {
    if (statusOf(file) !== undefined) closeSync(file.fd);
  } catch {
    // A file system that is full or gone says so once more; the descriptor is free.
  }
};

const looks = 20;
const pause = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
const byte = new Uint8Array(1);

/**
 * Whether the file ends in half a line: its writer was killed in the middle of a write, or the disk was full. While
 * another process writes, its size grows page by page: looked at again when that one is done.
 */
export const endsInHalfLine = ({ fd }: Descriptor): boolean => {
  try {
    for (let look = 0; look < looks; look++) {
      const stats = fstatSync(fd);
      if (!stats.isFile() || stats.size === 0) return false;
      if (readSync(fd, byte, 0, 1, stats.size - 1) === 0 || byte[0] === lineEnd) return false;
      waitForWriter(fd, stats);
    }
    return true;
  } catch {
    return false;
  }
};

/** The system lets nobody set the times of a file, be it to what they are, while another one writes to it. */
const waitForWriter = (fd: number, { atime, mtime }: Stats): void => {
  try {
    futimesSync(fd, atime, mtime);
  } catch {
    // It belongs to another user: a millisecond is longer than most writes.
    Atomics.wait(pause, 0, 0, 1);
  }
};

/** How much of a batch became of a write: whole lines, and why there are no more. */
export interface Written {
  readonly bytes: number;
  readonly error?: unknown;
}

/** Linux looks for SIGKILL between two pages of a write: what is within one of them is written whole, or not at all. */
const page = 4_096;

/** The end of the last line within the page that is written to, or of the line that does not fit into it. */
const endOfPiece = (bytes: Uint8Array, start: number, position: number): number => {
  const room = page - (position % page);
  if (bytes.length - start <= room) return bytes.length;
  const last = bytes.lastIndexOf(lineEnd, start + room - 1);
  if (last >= start) return last + 1;
  const end = bytes.indexOf(lineEnd, start + room);
  return end === -1 ? bytes.length : end + 1;
};

/**
 * Appends whole lines, page by page. When it fails in the middle of a line, the half of it is taken back if nobody else
 * has appended meanwhile.
 *
 * @param size of the file before
 */
export const append = ({ fd }: Descriptor, bytes: Uint8Array, size: number): Written => {
  let written = 0;
  try {
    while (written < bytes.length) {
      const end = endOfPiece(bytes, written, size + written);
      const count = writeSync(fd, bytes, written, end - written);
      if (count === 0) throw new Error('nothing can be written');
      written += count;
    }
    return { bytes: written };
  } catch (error) {
    const whole = written === 0 ? 0 : bytes.lastIndexOf(lineEnd, written - 1) + 1;
    if (whole < written) takeBack(fd, size + written, size + whole);
    return { bytes: whole, error };
  }
};

const takeBack = (fd: number, expected: number, size: number): void => {
  try {
    const stats = fstatSync(fd);
    if (stats.isFile() && stats.size === expected) ftruncateSync(fd, size);
  } catch {
    // Whoever appends next begins with the end of the line.
  }
};

/**
 * Where to cut a batch so that the file ends with the line that makes it full, as winston cuts: the end of the first
 * line that reaches `room` bytes.
 */
export const cutOf = (bytes: Uint8Array, start: number, room: number): number => {
  if (bytes.length - start <= room) return bytes.length;
  const end = bytes.indexOf(lineEnd, start + room - 1);
  return end === -1 ? bytes.length : end + 1;
};
