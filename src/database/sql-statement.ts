import { findVerb, type Reading } from './sql-query.ts';
import type { Dialect, Scanner, TokenSink } from './sql-scanner.ts';
import { advance, createScanner } from './sql-tokens.ts';
import { VERBS } from './sql-verbs.ts';
import { tableLabel } from './table-label.ts';

/** The two labels of a database call. */
export interface Statement {
  /** Upper-case SQL verb, `other` for an unknown one, `none` where there is no statement. */
  readonly operation: string;
  /** The first table that the statement works on, `none` where there is none. */
  readonly table: string;
}

const labelsOf = (scanner: Scanner): Statement => {
  advance(scanner);
  if (scanner.kind === 'end') return { operation: 'none', table: 'none' };
  const reading: Reading = { scanner, verbs: VERBS, ctes: new Set(), fallback: '' };
  const verb = findVerb(reading);
  const isBatch = verb === 'BEGIN' && isBegunBatch(scanner);
  const read = VERBS.get(verb);
  if (read === undefined) return { operation: 'other', table: 'none' };
  const table = read(reading, -1) || reading.fallback;
  return { operation: isBatch ? 'BATCH' : verb, table: tableLabel(table) };
};

/** CQL's BEGIN [UNLOGGED | COUNTER] BATCH. */
const BATCH = /\s+(?:UNLOGGED\s+|COUNTER\s+)?BATCH\b/iy;
const isBegunBatch = ({ text, end }: Scanner): boolean => {
  BATCH.lastIndex = end;
  return BATCH.test(text);
};

/**
 * What the first statement of an SQL text does, and to which table. Never throws, reads a bounded prefix: without a
 * sink only as far as the table, with one to the end, so that both come from one pass.
 *
 * The verb is one of a fixed list. The table is that of the main statement, not of WITH: the first that it changes, or
 * else the first that it reads, without its schema or database. A name without quotes is in lower case; one in quotes
 * (PostgreSQL's and SQLite's "Users", MySQL's `Users`, SQL Server's [Users]) keeps its case.
 */
export const readStatement = (text: string, dialect?: Dialect, sink?: TokenSink): Statement => {
  const scanner = createScanner(text, dialect, sink);
  const statement = labelsOf(scanner);
  if (sink !== undefined) while (scanner.kind !== 'end') advance(scanner);
  return statement;
};
