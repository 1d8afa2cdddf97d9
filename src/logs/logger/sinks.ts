import type { JsonObject } from '../../redaction/redaction.ts';
import type { LogFile } from '../files/log-file.ts';
import { printable, printableInColour, simpleLine } from './one-line.ts';

/** A place that the lines of a logger go to. */
export interface Sink {
  readonly name: 'error.log' | 'combined.log' | 'console';
  /** Less important records do not go there; `undefined`: the logger's level decides. */
  readonly level: string | undefined;
  /**
   * @param line as the files have it
   * @param record what it says; `undefined` when a format of the application has made the line
   */
  readonly write: (line: string, record: JsonObject | undefined) => void;
}

/** What a format of the application makes may have several lines; the file's are our own. */
export const fileSink = (
  name: 'error.log' | 'combined.log',
  level: string | undefined,
  file: LogFile,
): Sink => ({
  name,
  level,
  write: (line, record) => file.write(record === undefined ? printable(line) : line),
});

/** @param print writes one line to stdout */
export const consoleSink = (style: 'simple' | 'json', print: (line: string) => void): Sink => ({
  name: 'console',
  level: undefined,
  write: (line, record) => {
    if (record === undefined) print(printableInColour(line));
    else print(style === 'json' ? line : simpleLine(record));
  },
});
