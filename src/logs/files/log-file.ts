/** A file of lines that is written in batches and rotated by size; shared safely with other processes. */
export interface LogFile {
  /** Takes one line without its end; never throws, never waits for the disk longer than a write takes. */
  readonly write: (line: string) => void;
  /** Writes what is held; synchronously, so that it also works while the process ends. */
  readonly flush: () => void;
  /** Flushes and gives the file up. */
  readonly close: () => void;
}
