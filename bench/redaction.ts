import { createRedaction } from '../src/redaction/redaction.ts';
import { type Report, spreadText } from './report.ts';
import { ratiosOf, rotated, spreadOf } from './statistics.ts';

const perRound = 50_000;
const warmUpRounds = 3;

const redaction = createRedaction([]);
const message = 'Request completed for the user';
const metadata = { service: 'shop', userId: '12345', duration: 12.5 };
const secretMessage = 'login failed: user=bob password=hunter2 from 10.0.0.1';
const secretMetadata = { service: 'shop', password: 'hunter2', url: 'https://u:p@h/a?token=x' };

interface Line {
  readonly name: string;
  readonly message: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

const lines: readonly Line[] = [
  { name: 'clean: a short message, 3 keys', message, metadata },
  { name: 'clean: with signs', message: 'GET /api/users/42: 200 in 12 ms, cache=hit', metadata },
  { name: 'secrets: in message and metadata', message: secretMessage, metadata: secretMetadata },
  { name: 'an error with its stack', message, metadata: { err: new Error('out of stock') } },
];

/** What a line of a log costs to be searched for secrets, against what it costs to be written down as JSON. */
export const redactionCost = async (rounds = 21): Promise<Report> => {
  const ways = lines.flatMap(({ name, message, metadata }) => [
    {
      name,
      spent: [] as number[],
      run: () => [redaction.text(message), redaction.properties(metadata)],
    },
    {
      name: `${name}, JSON`,
      spent: [] as number[],
      run: () => JSON.stringify({ message, metadata }),
    },
  ]);
  for (let round = -warmUpRounds; round < rounds; round++) {
    for (const { run, spent } of rotated(ways, round + warmUpRounds)) {
      const nanoseconds = cpuPerLine(run);
      if (round >= 0) spent.push(nanoseconds);
    }
  }
  const rows = lines.map(({ name }, index) => {
    const ours = ways[index * 2]?.spent ?? [];
    const json = ways[index * 2 + 1]?.spent ?? [];
    return { name, ours, json };
  });
  const clean = spreadOf(rows[0]?.ours ?? []).median;
  return {
    title: 'Redaction',
    method: [
      `Load: ${perRound} lines per round and way, in one process. Rounds: ${rounds}, in turn, after ${warmUpRounds} to warm up.`,
      'Measured: user and system CPU of the process, garbage collection included, for one line: its message searched for secrets and its metadata copied without them.',
      'The yardstick is JSON.stringify of the same message and metadata.',
    ],
    tables: [
      {
        caption: 'One line of a log',
        head: [
          'line',
          'ns CPU (min / median / max)',
          'JSON.stringify, ns',
          '× JSON.stringify (min / median / max)',
        ],
        rows: rows.map(({ name, ours, json }) => [
          name,
          spreadText(spreadOf(ours), 0),
          spreadText(spreadOf(json), 0),
          spreadText(ratiosOf(ours, json), 2),
        ]),
      },
    ],
    goals: [
      {
        goal: 'a short clean message and three keys below 1 µs',
        measured: `${(clean / 1_000).toFixed(2)} µs`,
        reached: clean < 1_000,
      },
    ],
  };
};

const cpuPerLine = (run: () => unknown): number => {
  const before = process.cpuUsage();
  for (let index = 0; index < perRound; index++) run();
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1_000) / perRound;
};
