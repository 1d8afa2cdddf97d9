import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import winston from 'winston';
import { createLogFile, type LogFile } from '../src/logs/files/log-file.ts';
import { createLogging } from '../src/logs/logger/logging.ts';
import { loadWinston } from '../src/logs/logger/winston.ts';
import { createRedaction } from '../src/redaction/redaction.ts';
import { type Report, spreadText } from './report.ts';
import { ratiosOf, rotated, spreadOf } from './statistics.ts';

interface Way {
  readonly info: (message: string, metadata: object) => unknown;
  /** Settles when so many lines, since it was made, are in their file. */
  readonly written: (lines: number) => Promise<void>;
}

const perRound = 20_000;
/** As a server logs: a few lines in each turn of the event loop. */
const perTurn = 20;
const warmUpRounds = 3;

/** The original set-up of YkMake: two files, JSON, no console. */
const stock = (directory: string): Way => {
  const { combine, timestamp, errors, json } = winston.format;
  const file = (filename: string, level?: string): winston.transports.FileTransportInstance =>
    new winston.transports.File({
      filename: path.join(directory, filename),
      maxsize: 5 * 1024 * 1024,
      maxFiles: 5,
      ...(level !== undefined && { level }),
    });
  const combined = file('combined.log');
  const logger = winston.createLogger({
    level: 'info',
    format: combine(timestamp(), errors({ stack: true }), json()),
    defaultMeta: { service: 'bench' },
    transports: [file('error.log', 'error'), combined],
  });
  let count = 0;
  combined.on('logged', () => count++);
  return {
    info: (message, metadata) => logger.info(message, metadata),
    written: async lines => {
      while (count < lines) await nextTurn();
    },
  };
};

const ours =
  (loaded: ReturnType<typeof loadWinston>) =>
  (directory: string): Way => {
    const files: LogFile[] = [];
    const logging = createLogging({
      settings: {
        nodeEnv: 'production',
        logLevel: undefined,
        logDirectory: directory,
        logConsole: undefined,
        trustProxy: false,
      },
      service: 'bench',
      redaction: createRedaction([]),
      loadWinston: () => loaded,
      openFile: options => {
        const file = createLogFile(options);
        files.push(file);
        return file;
      },
      print: () => {},
      printFallback: () => {},
      emit: undefined,
      activeTrace: () => undefined,
      report: () => {},
      reportOnce: (_cause, line) => console.error(line),
      processEnd: { add: () => () => {} },
      requestsAreLogged: false,
    });
    const logger = logging.logger();
    return {
      info: (message, metadata) => logger.info(message, metadata),
      written: async () => {
        for (const file of files) file.flush();
      },
    };
  };

const nextTurn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

/** What one line with three keys of metadata costs, to `error.log` and `combined.log`. */
export const logger = async (rounds = 15): Promise<Report> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'monitoring-bench-'));
  const ways = [
    { name: 'ours, through winston', way: ours(loadWinston())(path.join(folder, 'ours')) },
    { name: 'ours, without winston', way: ours(undefined)(path.join(folder, 'stand-in')) },
    { name: 'stock winston', way: stock(path.join(folder, 'stock')) },
  ].map(way => ({ ...way, spent: [] as number[] }));
  try {
    for (let round = -warmUpRounds; round < rounds; round++) {
      for (const { way, spent } of rotated(ways, round + warmUpRounds)) {
        const microseconds = await cpuPerLine(way, (round + warmUpRounds + 1) * perRound);
        if (round >= 0) spent.push(microseconds);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const [our, , base] = ways.map(({ spent }) => spent);
  const ratio = ratiosOf(our ?? [], base ?? []).median;
  return {
    title: 'Logger',
    method: [
      `Load: ${perRound} lines per round and way, ${perTurn} in each turn of the event loop, in one process. Rounds: ${rounds}, in turn, after ${warmUpRounds} to warm up.`,
      'Measured: user and system CPU of the process, its threads and garbage collection included, for one line `info(text, { three: keys })` until it is in its file.',
      'Stock: timestamp, errors, json and two File transports, 5 MB × 5; it redacts nothing.',
    ],
    tables: [
      {
        caption: 'One line to files',
        head: ['way', 'µs CPU (min / median / max)', '× stock (min / median / max)'],
        rows: ways.map(({ name, spent }) => [
          name,
          spreadText(spreadOf(spent), 2),
          spreadText(ratiosOf(spent, base ?? []), 2),
        ]),
      },
    ],
    goals: [
      {
        goal: 'one line at most at the cost of stock winston',
        measured: `${ratio.toFixed(2)} × stock`,
        reached: ratio <= 1,
      },
    ],
  };
};

const cpuPerLine = async ({ info, written }: Way, linesInAll: number): Promise<number> => {
  const before = process.cpuUsage();
  for (let index = 0; index < perRound; index++) {
    info('Project created', { projectId: index, owner: 'user-4711', durationMs: 12.5 });
    if (index % perTurn === 0) await nextTurn();
  }
  await written(linesInAll);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / perRound;
};
