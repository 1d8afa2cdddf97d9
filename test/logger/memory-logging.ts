import assert from 'node:assert/strict';
import { createLogging, type Logging, type LoggingOptions } from '../../src/logs/logger/logging.ts';
import { loadWinston } from '../../src/logs/logger/winston.ts';
import type { LogRecord } from '../../src/logs/record.ts';
import { createRedaction } from '../../src/redaction/redaction.ts';

export interface MemoryLogging extends Logging {
  /** What was written, by the path of the file. */
  readonly files: ReadonlyMap<string, readonly string[]>;
  /** The lines of `combined.log`, or of another file, parsed. */
  readonly lines: (name?: string) => readonly Record<string, unknown>[];
  readonly console: readonly string[];
  readonly reported: readonly string[];
  readonly emitted: readonly LogRecord[];
}

type Given = Partial<Omit<LoggingOptions, 'settings'>> & {
  readonly settings?: Partial<LoggingOptions['settings']>;
};

/** Loggers with the real redaction and the real winston, whose files and console are lists. */
export const memoryLogging = (given: Given = {}): MemoryLogging => {
  const files = new Map<string, string[]>();
  const [console, reported, emitted]: [string[], string[], LogRecord[]] = [[], [], []];
  const logging = createLogging({
    service: 'ykmake',
    redaction: createRedaction([]),
    loadWinston,
    openFile: ({ directory, name }) => {
      const lines: string[] = [];
      files.set(`${directory}/${name}`, lines);
      const write = (line: string): void => void lines.push(line);
      return { write, flush: () => {}, writeThrough: () => {}, close: () => {} };
    },
    print: line => console.push(line),
    printFallback: line => console.push(line),
    emit: record => emitted.push(record),
    activeTrace: () => undefined,
    report: line => reported.push(line),
    reportOnce: (_cause, line) => reported.push(line),
    processEnd: { add: () => () => {} },
    requestsAreLogged: false,
    ...given,
    settings: {
      nodeEnv: 'production',
      logLevel: undefined,
      logDirectory: '/logs',
      logConsole: undefined,
      trustProxy: false,
      ...given.settings,
    },
  });
  return {
    ...logging,
    files,
    lines: (name = 'combined.log') => (files.get(`/logs/${name}`) ?? []).map(parsed),
    console,
    reported,
    emitted,
  };
};

export const parsed = (line: string): Record<string, unknown> => {
  assert.doesNotMatch(line, /[\r\n\u0085\u2028\u2029]/, `one physical line: ${JSON.stringify(line)}`);
  return JSON.parse(line) as Record<string, unknown>;
};
