import { dialectOf } from '../src/database/sql-dialects.ts';
import { readStatement } from '../src/database/sql-statement.ts';
import { createStatementReader } from '../src/database/statement.ts';
import { createSqlText } from '../src/redaction/sql.ts';
import { type Report, spreadText } from './report.ts';
import { statements } from './sql-statements.ts';
import { rotated, spreadOf } from './statistics.ts';

const perRound = 200;
const warmUpRounds = 3;

interface Way {
  readonly name: string;
  readonly read: (text: string, system: string) => unknown;
}

/** What a first attempt would be, without comments, quotes, dialects, sub-selects or WITH. */
const NAIVE = /^\s*(\w+)\b(?:.*?\b(?:from|into|update|join|table)\s+[`"[]?(?:\w+[`"\]]?\.[`"[]?)?(\w+))?/is;
const LITERALS = /'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b/g;

const uncached: readonly Way[] = [
  { name: 'labels', read: (text, system) => readStatement(text, dialectOf(system)) },
  {
    name: 'labels and text without literals, in one pass',
    read: (text, system) => {
      const shown = createSqlText();
      return [readStatement(text, dialectOf(system), shown.take), shown.text()];
    },
  },
  {
    name: 'every token, nothing read of it',
    read: (text, system) => readStatement(text, dialectOf(system), () => {}),
  },
  { name: 'regular expressions: labels', read: text => NAIVE.exec(text) },
  {
    name: 'regular expressions: labels and text',
    read: text => [NAIVE.exec(text), text.replace(LITERALS, '?')],
  },
];

const cpu = (run: () => void): number => {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return user + system;
};

/** Texts of their own, as drivers hand them over: nothing that the engine remembers of a string helps. */
const anew = (text: string): readonly string[] =>
  Array.from({ length: perRound }, () => Buffer.from(text).toString('latin1'));

/** What it costs to name operation and table of statements, the first time and when they are remembered. */
export const sql = async (rounds = 21): Promise<Report> => {
  const texts = statements();
  const groups = [...new Set(texts.map(({ group }) => group))];
  const ways = uncached.flatMap(way =>
    groups.map(group => ({
      ...way,
      group,
      some: texts.filter(text => text.group === group),
      speeds: [] as number[],
    })),
  );
  const readers = new Map(texts.map(({ system }) => [system, createStatementReader(system)]));
  const remembered = [
    { name: 'labels, the same string', isAnew: false, isShown: false, spent: [] as number[] },
    { name: 'labels, a string built anew', isAnew: true, isShown: false, spent: [] as number[] },
    { name: 'labels and text, a string built anew', isAnew: true, isShown: true, spent: [] as number[] },
  ];
  for (let round = -warmUpRounds; round < rounds; round++) {
    for (const { read, some, speeds } of rotated(ways, round + warmUpRounds)) {
      const fresh = some.map(({ text, system }) => ({ system, copies: anew(text) }));
      const bytes = some.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0) * perRound;
      const microseconds = cpu(() => {
        for (const { system, copies } of fresh) for (const copy of copies) read(copy, system);
      });
      if (round >= 0) speeds.push(bytes / microseconds);
    }
    for (const { isAnew, isShown, spent } of remembered) {
      const fresh = texts.map(({ text, system }) => ({
        read: readers.get(system),
        copies: isAnew ? anew(text) : Array.from({ length: perRound }, () => text),
      }));
      const microseconds = cpu(() => {
        for (const { read, copies } of fresh)
          for (const copy of copies) {
            const statement = read?.(copy);
            if (isShown) statement?.shown(copy);
          }
      });
      if (round >= 0) spent.push((microseconds * 1_000) / (perRound * texts.length));
    }
  }
  const slowest = Math.min(
    ...ways.filter(({ name }) => name === 'labels').map(({ speeds }) => spreadOf(speeds).median),
  );
  const lengths = spreadOf(texts.map(({ text }) => text.length));
  const median = Math.max(...remembered.map(({ spent }) => spreadOf(spent).median));
  return {
    title: 'SQL',
    method: [
      `Load: ${texts.length} statements of ${lengths.min} to ${lengths.max} characters (middle ${lengths.median}), as Prisma, knex, sequelize, TypeORM, drizzle and people write them; ${perRound} times each per round and way, in one process. Rounds: ${rounds}, in turn, after ${warmUpRounds} to warm up.`,
      'Measured: user and system CPU of the process, garbage collection included. Labels are read to the table only, which is why wide lists of columns are a group of their own: there it stands at the end.',
      'The regular expressions are what a first attempt would be: they see neither comments, dialects, quotes, WITH nor sub-selects, and are wrong for some of these statements.',
    ],
    tables: [
      {
        caption: 'A statement that was not seen before, MB/s (min / median / max)',
        head: ['way', ...groups],
        rows: uncached.map(({ name }) => [
          name,
          ...groups.map(group =>
            spreadText(spreadOf(ways.find(way => way.name === name && way.group === group)?.speeds ?? []), 0),
          ),
        ]),
      },
      {
        caption: 'A statement that is remembered, ns (min / median / max)',
        head: ['way', 'ns'],
        rows: remembered.map(({ name, spent }) => [name, spreadText(spreadOf(spent), 0)]),
      },
    ],
    goals: [
      {
        goal: 'a remembered statement within 2 µs, in the slowest way',
        measured: `${(median / 1_000).toFixed(2)} µs`,
        reached: median <= 2_000,
      },
      {
        goal: 'labels of others at 50 MB/s or more, in the slowest group',
        measured: `${slowest.toFixed(0)} MB/s`,
        reached: slowest >= 50,
      },
    ],
  };
};
