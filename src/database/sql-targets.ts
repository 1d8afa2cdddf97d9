import {
  AFTER_FROM,
  BEFORE_SOURCE,
  inParentheses,
  type Reader,
  type Reading,
  readName,
  readQuery,
  readSource,
  skip,
  skipParentheses,
  words,
} from './sql-query.ts';
import type { Scanner } from './sql-scanner.ts';
import { advance, isName, nameOf } from './sql-tokens.ts';

const PRIORITIES = words('LOW_PRIORITY HIGH_PRIORITY DELAYED QUICK IGNORE CONCURRENT LOCAL');
const BEFORE_NAME = words('INTO FROM ONLY TABLE TABLES COLUMNFAMILY');
const PERCENT = words('PERCENT');
const MANY_TARGETS = words('ALL FIRST');

/** What may stand between the verb and its table: IGNORE, OR REPLACE, TOP (10) PERCENT. */
const skipModifiers = (reading: Reading): void => {
  const { scanner } = reading;
  for (;;) {
    if (scanner.keyword === 'OR') {
      advance(scanner);
      advance(scanner);
    } else if (scanner.keyword === 'TOP' && scanner.dialect.grammar.transact) {
      advance(scanner);
      if (scanner.kind === '(') skipParentheses(reading);
      else advance(scanner);
      skip(scanner, PERCENT);
    } else if (PRIORITIES.has(scanner.keyword)) advance(scanner);
    else return;
  }
};

/** A table, ONLY (table), (table JOIN …) or (SELECT …). */
const readTarget = (reading: Reading): string => {
  const { scanner } = reading;
  if (scanner.kind === '(') return inParentheses(reading, readSource);
  return readName(scanner, scanner.dialect.grammar.transact ? reading.ctes : undefined);
};

/** The table behind the verb. */
export const target: Reader = reading => {
  const { scanner } = reading;
  advance(scanner);
  skipModifiers(reading);
  skip(scanner, BEFORE_NAME);
  return readTarget(reading);
};

/** INSERT ALL INTO a … INTO b … is Oracle's. */
export const readInsert: Reader = reading => {
  const { scanner } = reading;
  advance(scanner);
  skipModifiers(reading);
  if (MANY_TARGETS.has(scanner.keyword)) moveTo(scanner, 'INTO');
  if (scanner.keyword === 'INTO') advance(scanner);
  if (scanner.keyword === 'TABLE') advance(scanner);
  return readTarget(reading);
};

/** To a word that is neither deeper nor higher than where the scanner is. */
const moveTo = (scanner: Scanner, word: string): boolean => {
  const { depth } = scanner;
  let previous = '';
  while (scanner.kind !== 'end' && scanner.depth >= depth) {
    const isName = previous === '.' || previous === 'DISTINCT';
    if (scanner.keyword === word && scanner.depth === depth && !isName) return true;
    previous = scanner.kind === '.' ? '.' : scanner.keyword;
    advance(scanner);
  }
  return false;
};

const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** The table of FROM that has this name or alias; without one what was given, or else the first. */
const tableBehind = (reading: Reading, name: string, otherwise: string): string => {
  const { scanner } = reading;
  advance(scanner);
  const { depth } = scanner;
  let first = '';
  let expected = true;
  while (scanner.kind !== 'end' && scanner.depth >= depth && !AFTER_FROM.has(scanner.keyword)) {
    if (expected && (scanner.kind === '(' || isName(scanner))) {
      const table =
        scanner.kind === '(' ? inParentheses(reading, readSource) : readName(scanner, reading.ctes);
      if (scanner.keyword === 'AS') advance(scanner);
      if (isSame(table, name) || (isName(scanner) && isSame(nameOf(scanner), name))) return table;
      first ||= table;
      expected = false;
    } else {
      expected = scanner.kind === ',' || BEFORE_SOURCE.has(scanner.keyword);
      if (scanner.kind === '(') skipParentheses(reading);
      else advance(scanner);
    }
  }
  return otherwise || first;
};

/** UPDATE u SET … FROM users u: in Transact-SQL the table may be named behind FROM. */
export const readUpdate: Reader = reading => {
  const { scanner } = reading;
  advance(scanner);
  skipModifiers(reading);
  if (scanner.keyword === 'ONLY') advance(scanner);
  const name = readTarget(reading);
  if (name === '' || scanner.dialect.grammar.aliasedBy !== 'FROM') return name;
  return moveTo(scanner, 'FROM') ? tableBehind(reading, name, name) : name;
};

/** DELETE FROM users, DELETE u FROM users u, DELETE FROM u USING users u, CQL's DELETE column FROM users. */
export const readDelete: Reader = reading => {
  const { scanner } = reading;
  advance(scanner);
  skipModifiers(reading);
  const isBehind = scanner.keyword === 'FROM';
  if (isBehind) advance(scanner);
  if (scanner.keyword === 'ONLY') advance(scanner);
  const name = readTarget(reading);
  if (!isBehind) return moveTo(scanner, 'FROM') ? tableBehind(reading, name, '') : name;
  const { aliasedBy } = scanner.dialect.grammar;
  if (name === '' || aliasedBy === '') return name;
  return moveTo(scanner, aliasedBy) ? tableBehind(reading, name, name) : name;
};

/** COPY table or COPY (query). */
export const readCopy: Reader = reading => {
  advance(reading.scanner);
  return reading.scanner.kind === '(' ? inParentheses(reading, readQuery) : readName(reading.scanner);
};

/** LOAD DATA INFILE … INTO TABLE users. */
export const readLoad: Reader = reading => {
  const { scanner } = reading;
  if (!moveTo(scanner, 'INTO')) return '';
  advance(scanner);
  if (scanner.keyword !== 'TABLE') return '';
  advance(scanner);
  return readName(scanner);
};
