import type { JsonObject } from '../../redaction/redaction.ts';
import type { LogFile } from '../files/log-file.ts';
import { printable, printableInColour, simpleLine } from './one-line.ts';

/** What a logger has made of one record. */
export interface Written {
  readonly level: string;
  /** The line of the files. */
  readonly line: string;
  /** What it says; `undefined` when a format of the application has made the line. */
  readonly record: JsonObject | undefined;
}

/** A place that the lines of a logger go to. */
export interface Sink {
  readonly name: 'error.log' | 'combined.log' | 'console';
  /** Less important records do not go there; `undefined`: the logger's level decides. */
  readonly level: string | undefined;
  readonly write: (written: Written) => void;
}

/** What a format of the application makes may have several lines; the file's are our own. */
export const fileSink = (
  name: 'error.log' | 'combined.log',
  level: string | undefined,
  file: LogFile,
): Sink => ({
  name,
  level,
  write: ({ line, record }) => file.write(record === undefined ? printable(line) : line),
});

/** @param print writes one line to stdout */
export const consoleSink = (style: 'simple' | 'json', print: (line: string) => void): Sink => ({
  name: 'console',
  level: undefined,
  write: ({ line, record }) => {
    if (record === undefined) print(printableInColour(line));
    else print(style === 'json' ? line : simpleLine(record));
  },
});
