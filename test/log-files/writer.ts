import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Child, root, startChild } from '../child.ts';

const fixture = path.join(root, 'test/fixtures/log-files/writer.mjs');

/** `ours alone`: nothing of ours listens to the end of the process. */
export type Sink = 'ours' | 'ours alone' | 'winston';

/** Characters that a process that is killed loses at most, as docs/logs.md says. */
export const held = 65_536;

/** What the fixture is to do; it has defaults for the rest. */
export interface Writer {
  readonly sink: Sink;
  readonly directory: string;
  readonly writer?: string;
  readonly from?: number;
  readonly lines?: number;
  /** Characters of a line without its end. */
  readonly length?: number;
  readonly maxBytes?: number;
  readonly maxFiles?: number;
  /** Lines after which it lets others run, for `pauseMs`. */
  readonly together?: number;
  readonly pauseMs?: number;
  /** Prints the number of every fiftieth line when it has been written. */
  readonly tells?: boolean;
  readonly end?: string;
}

/** Starts test/fixtures/log-files/writer.mjs; with `shell`, below a command such as `ulimit -f 10`. */
export const startWriter = (writer: Writer, shell?: string): Child => {
  const args = [fixture, JSON.stringify(writer)];
  if (shell === undefined) return startChild({ node: process.execPath, args });
  return startChild({
    node: '/bin/bash',
    args: ['-c', `${shell}; exec "$@"`, 'bash', process.execPath, ...args],
  });
};

/** Runs it to its end. */
export const runWriter = async (writer: Writer, shell?: string): Promise<Child> => {
  const child = startWriter(writer, shell);
  try {
    await child.exit(60_000);
    return child;
  } finally {
    await child.stop();
  }
};

/** Runs with a directory for log files, which is removed. */
export const withDirectory = async (run: (directory: string) => Promise<void>): Promise<void> => {
  const directory = mkdtempSync(path.join(tmpdir(), 'log-files-'));
  try {
    await run(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

export interface Found {
  /** How often each line was found, by writer and number. */
  readonly counts: ReadonlyMap<string, number>;
  /** What is no line of the fixture's, cut to a length that can be shown. */
  readonly torn: readonly string[];
  /** Files that do not end in a line end. */
  readonly open: readonly string[];
}

/** Reads all files of a directory. */
export const find = (directory: string): Found => {
  const counts = new Map<string, number>();
  const torn: string[] = [];
  const open: string[] = [];
  for (const name of readdirSync(directory).sort()) {
    const text = readFileSync(path.join(directory, name), 'utf8');
    if (text === '') continue;
    const lines = text.split('\n');
    if (lines.at(-1) === '') lines.pop();
    else open.push(name);
    for (const line of lines) count(line, counts, torn);
  }
  return { counts, torn, open };
};

/** Counts a line of the fixture's by its writer and number. */
export const count = (line: string, counts: Map<string, number>, torn: string[]): void => {
  const match = /^(\w+ \d+) x* end$/.exec(line);
  if (match?.[1] === undefined)
    torn.push(line.length > 80 ? `${line.slice(0, 40)}…${line.slice(-40)}` : line);
  else counts.set(match[1], (counts.get(match[1]) ?? 0) + 1);
};

/** What differs from every line of each writer, once; empty where nothing does. */
export interface Difference {
  readonly lost: number;
  readonly twice: number;
  readonly torn: readonly string[];
}

export const nothing: Difference = { lost: 0, twice: 0, torn: [] };

export const differenceOf = (found: Found, lines: number, writers: readonly string[] = ['a']): Difference => {
  let lost = 0;
  let twice = 0;
  for (const writer of writers) {
    for (let number = 1; number <= lines; number++) {
      const times = found.counts.get(`${writer} ${number}`) ?? 0;
      if (times === 0) lost++;
      if (times > 1) twice++;
    }
  }
  return { lost, twice, torn: found.torn.slice(0, 5) };
};
