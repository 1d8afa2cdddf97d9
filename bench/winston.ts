import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { type Report, spreadText } from './report.ts';
import { differencesOf, rotated, spreadOf } from './statistics.ts';

interface Round {
  readonly nanoseconds: number;
  readonly lines: number;
  readonly records: number;
}

const warmUpRounds = 2;
const goal = 3_000;

/** What a line costs that Winston writes anyway, by way of bridging it, and the records that each is to give. */
const ways = [
  { way: 'plain', name: 'Winston alone', records: 0 },
  { way: 'ours ids', name: 'ours, ids', records: 0 },
  { way: 'ours', name: 'ours, ids and record', records: 1 },
  { way: 'stock ids', name: 'instrumentation-winston, ids', records: 0 },
  { way: 'stock', name: 'instrumentation-winston, ids and record', records: 1 },
] as const;

/** What the bridge adds to one line of an application's own Winston logger. */
export const winston = async (rounds = 11): Promise<Report> => {
  const runners = await Promise.all(ways.map(start));
  try {
    for (let round = -warmUpRounds; round < rounds; round++) {
      for (const runner of rotated(runners, round + warmUpRounds)) {
        const { nanoseconds, lines, records } = await ask(runner.child);
        if (lines !== 1 || records !== runner.records)
          throw new Error(`${runner.name}: ${lines} lines and ${records} records for each call`);
        if (round >= 0) runner.spent.push(nanoseconds);
      }
    }
  } finally {
    for (const { child } of runners) child.kill();
  }
  const plain = runners[0]?.spent ?? [];
  const added = differencesOf(runners[2]?.spent ?? [], plain).median;
  return {
    title: 'A bridged line',
    method: [
      `Load: 50000 lines per round and way, JSON with timestamp and four fields, within a trace, to a transport that writes nothing; each way in a process of its own. Rounds: ${rounds}, in turn, after ${warmUpRounds} to warm up.`,
      'Measured: user and system CPU of the process, garbage collection included. Records are redacted by a stand-in (ours) and taken by nobody (all).',
    ],
    tables: [
      {
        caption: 'One line',
        head: ['way', 'ns CPU (min / median / max)', 'above Winston alone (min / median / max)'],
        rows: runners.map(({ name, spent }) => [
          name,
          spreadText(spreadOf(spent), 0),
          spreadText(differencesOf(spent, plain), 0),
        ]),
      },
    ],
    goals: [
      {
        goal: 'a bridged line adds at most 3 µs',
        measured: `${(added / 1_000).toFixed(2)} µs`,
        reached: added <= goal,
      },
    ],
  };
};

const start = async (way: (typeof ways)[number]) => {
  const child = fork(path.join(import.meta.dirname, 'apps/winston-line.mjs'), [way.way], {
    execArgv: ['--no-warnings'],
  });
  await answerOf(child);
  return { ...way, child, spent: [] as number[] };
};

const ask = async (child: ChildProcess): Promise<Round> => {
  const answer = answerOf(child);
  child.send('round');
  return (await answer) as Round;
};

/** Rejects when it ends instead. */
const answerOf = async (child: ChildProcess): Promise<unknown> => {
  const settled = new AbortController();
  const { signal } = settled;
  try {
    const ended = once(child, 'exit', { signal }).then(([code]) => {
      throw new Error(`ended with ${code}`);
    });
    const [answer] = await Promise.race([once(child, 'message', { signal }), ended]);
    return answer;
  } finally {
    settled.abort();
  }
};
