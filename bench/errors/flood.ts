import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { realClock } from '../../src/errors/clock.ts';
import { type Report, spreadText } from '../report.ts';
import { differencesOf, ratiosOf, rotated, spreadOf } from '../statistics.ts';
import { createCapture } from './capture.ts';
import { loops } from './loops.ts';

const perRound = 50_000;
const warmUpRounds = 3;

interface Way {
  readonly after: (error: unknown) => void;
  readonly spent: number[];
}

/** What a flood of errors costs to be marked and counted, against the same flood that nobody looks at. */
export const flood = async (rounds = 21): Promise<Report> => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  let last: unknown;

  const measured = loops.map(({ name, fail }) => {
    const capture = createCapture(realClock);
    const bare: Way = {
      after: error => {
        last = error;
      },
      spent: [],
    };
    const seen: Way = { after: capture.see, spent: [] };
    const read: Way = {
      after: error => {
        last = (error as Error).stack;
      },
      spent: [],
    };
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let round = -warmUpRounds; round < rounds; round++) {
      for (const { after, spent } of rotated([bare, seen, read], round + warmUpRounds)) {
        const nanoseconds = cpuPerError(fail, after);
        if (round >= 0) spent.push(nanoseconds);
      }
    }
    if (last === undefined) throw new Error(`${name} has caught nothing`);
    collect();
    const heap = process.memoryUsage().heapUsed - before;
    const messages = capture.messages();
    capture.end();
    const errors = (rounds + warmUpRounds) * perRound;
    return {
      ...{ name, heap, messages, errors, bare: bare.spent, seen: seen.spent, read: read.spent },
      missing: errors - capture.firsts() - capture.repeats(),
    };
  });

  return {
    title: 'Errors: a flood',
    method: [
      `Load: ${perRound} errors per round and way, created, thrown and caught, with an id in the message, in one process. Rounds: ${rounds}, in turn, after ${warmUpRounds} to warm up.`,
      'Measured: user and system CPU of the process, garbage collection included, for one error: caught and forgotten, and the same given to the funnel, as `captureError` does: marked, counted, and reported where it is the first, to services that take whatever comes.',
      'The heap is what is held more at the end, after a collection. The yardstick at the right reads the stack of each error, which is what a fingerprint of each would take.',
    ],
    tables: [
      {
        caption: 'One error of a flood',
        head: [
          'loop',
          'ns CPU (min / median / max)',
          'ns more with the funnel',
          '× the loop (min / median / max)',
          '× with each stack read',
        ],
        rows: measured.map(({ name, bare, seen, read }) => [
          name,
          spreadText(spreadOf(bare), 0),
          spreadText(differencesOf(seen, bare), 0),
          spreadText(ratiosOf(seen, bare), 3),
          spreadText(ratiosOf(read, bare), 2),
        ]),
      },
      {
        caption: 'What came of them, in one window',
        head: ['loop', 'errors', 'messages', 'not in the counts', 'heap, KiB'],
        rows: measured.map(({ name, errors, messages, missing, heap }) => [
          name,
          String(errors),
          String(messages),
          String(missing),
          (heap / 1_024).toFixed(0),
        ]),
      },
    ],
    goals: measured.flatMap(({ name, bare, seen, heap, missing, messages }) => {
      const times = ratiosOf(seen, bare).median;
      return [
        {
          goal: `${name}: at most 10 % more CPU`,
          measured: `${((times - 1) * 100).toFixed(1)} %`,
          reached: times <= 1.1,
        },
        {
          goal: `${name}: exact counts, heap below 10 MB, at most 501 messages`,
          measured: `${missing} missing, ${(heap / 1e6).toFixed(2)} MB, ${messages}`,
          reached: missing === 0 && heap < 10e6 && messages <= 501,
        },
      ];
    }),
  };
};

const cpuPerError = (fail: (index: number) => unknown, after: (error: unknown) => void): number => {
  const before = process.cpuUsage();
  for (let index = 0; index < perRound; index++) after(fail(index));
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1_000) / perRound;
};
