import { promises, readdirSync, readFileSync, statSync } from 'node:fs';

/** In bytes. */
export interface ProcessMemory {
  readonly resident: number | undefined;
  readonly virtual: number | undefined;
  readonly data: number | undefined;
}

/**
 * From `/proc/self/status`, which is made by the kernel as it is read: about 20 µs. `statm` would take half of
 * it, but counts in pages whose size Node.js does not tell.
 */
export const readMemory = (): ProcessMemory => {
  const status = readFileSync('/proc/self/status', 'latin1');
  const bytes = (name: string): number | undefined => {
    const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  };
  return { resident: bytes('VmRSS'), virtual: bytes('VmSize'), data: bytes('VmData') };
};

/** The soft limit; infinite where there is none. */
export const readMaxFds = (): number | undefined => {
  const limit = /^Max open files\s+(\d+|unlimited)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1];
  return limit === 'unlimited' ? Number.POSITIVE_INFINITY : limit === undefined ? undefined : Number(limit);
};

export interface FdFolder {
  /** Since Linux 6.2 the number of open descriptors, in 3 µs; 0 before. */
  readonly size: () => number;
  /** Names of the open descriptors and of the one that is open to read them: 1.2 ms for each 1000. */
  readonly names: () => readonly string[];
  readonly namesLater: () => Promise<readonly string[]>;
}

const fdFolder: FdFolder = {
  size: () => statSync('/proc/self/fd').size,
  names: () => readdirSync('/proc/self/fd'),
  namesLater: () => promises.readdir('/proc/self/fd'),
};

/** Up to so many descriptors are listed while the application waits. */
const listedAtOnce = 500;

/**
 * Counts open descriptors without holding the event loop. Where the kernel does not tell their number and there
 * are many, they are listed on the thread pool, and what is returned is the number of the reading before.
 */
export const createFdCounter = (folder: FdFolder = fdFolder): (() => number) => {
  let last = 0;
  let listing = false;
  return () => {
    const size = folder.size();
    if (size > 0) return size;
    if (last <= listedAtOnce) {
      last = folder.names().length - 1;
      return last;
    }
    if (!listing) {
      listing = true;
      folder
        .namesLater()
        .then(names => {
          last = names.length - 1;
        })
        .catch(() => {})
        .finally(() => {
          listing = false;
        });
    }
    return last;
  };
};
