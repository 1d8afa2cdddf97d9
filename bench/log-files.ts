import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import winston from 'winston';
import { createLogFile } from '../src/logs/files/log-file.ts';
import { type Report, spreadText } from './report.ts';
import { ratiosOf, rotated, spreadOf } from './statistics.ts';

/** Writes the lines into a directory of its own; resolves when they are in a file. */
type WriteAll = (directory: string, lines: readonly string[]) => Promise<void>;

const perRound = 50_000;
const warmUpRounds = 3;
/** Lines between which others in the process have their turn, as between requests. */
const together = 100;
const message: unique symbol = Symbol.for('message') as never;

const ours =
  (writeThrough: boolean): WriteAll =>
  async (directory, lines) => {
    const fail = (error: unknown): never => {
      throw error;
    };
    let refused = 0;
    const file = createLogFile({
      directory,
      name: 'combined.log',
      onFailing: fail,
      onRecovered: () => {},
      onRefused: () => refused++,
    });
    if (writeThrough) file.writeThrough();
    for (const [index, line] of lines.entries()) {
      file.write(line);
      if (index % together === 0) await turn();
    }
    file.close();
    if (refused > 0) throw new Error(`${refused} lines could not be written`);
  };

/** Without a limit, because it loses lines where it rotates. */
const stock: WriteAll = async (directory, lines) => {
  const file = new winston.transports.File({ dirname: directory, filename: 'combined.log' });
  for (const [index, line] of lines.entries()) {
    const goesOn = file.write({ level: 'info', message: line, [message]: line });
    if (!goesOn) await once(file, 'drain');
    else if (index % together === 0) await turn();
  }
  file.end();
  await once(file, 'finish');
};

/** What one line costs in a log file. */
export const logFiles = async (rounds = 15): Promise<Report> => {
  const ways = [
    { name: 'ours', run: ours(false), spent: [] as number[] },
    { name: 'ours, each line at once', run: ours(true), spent: [] as number[] },
    { name: 'winston’s File transport', run: stock, spent: [] as number[] },
  ];
  const lines = Array.from({ length: perRound }, (_, index) => `${index} `.padEnd(199, 'x'));
  for (let round = -warmUpRounds; round < rounds; round++) {
    for (const { run, spent } of rotated(ways, round + warmUpRounds)) {
      const nanoseconds = await cpuPerLine(run, lines);
      if (round >= 0) spent.push(nanoseconds);
    }
  }
  const winstons = ways[2]?.spent ?? [];
  const ratio = ratiosOf(ways[0]?.spent ?? [], winstons).median;
  return {
    title: 'Log files',
    method: [
      `Load: ${perRound} lines of 200 bytes per round and way, ${together} in a row, in one process. Rounds: ${rounds}, in turn, after ${warmUpRounds} to warm up.`,
      'Measured: user and system CPU of the process, with its threads, until every line is in the file. Ours with rotation at 5 MiB, winston’s without any.',
    ],
    tables: [
      {
        caption: 'One line of 200 bytes',
        head: ['way', 'ns CPU (min / median / max)', '× winston’s (min / median / max)'],
        rows: ways.map(({ name, spent }) => [
          name,
          spreadText(spreadOf(spent), 0),
          spreadText(ratiosOf(spent, winstons), 2),
        ]),
      },
    ],
    goals: [
      {
        goal: 'one line at most at the cost of winston’s File transport',
        measured: `${ratio.toFixed(2)} × winston’s`,
        reached: ratio <= 1,
      },
    ],
  };
};

const cpuPerLine = async (run: WriteAll, lines: readonly string[]): Promise<number> => {
  const directory = mkdtempSync(path.join(tmpdir(), 'bench-log-files-'));
  try {
    const before = process.cpuUsage();
    await run(directory, lines);
    const { user, system } = process.cpuUsage(before);
    return ((user + system) * 1_000) / lines.length;
  } finally {
    rmSync(directory, { recursive: true });
  }
};
