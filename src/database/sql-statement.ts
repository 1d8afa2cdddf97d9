import {
  findVerb,
  inParentheses,
  MAIN_VERBS,
  QUERIES,
  type Reader,
  type Reading,
  readClauses,
  readName,
  readQuery,
  skip,
  skipParentheses,
  words,
} from './sql-query.ts';
import type { Dialect } from './sql-scanner.ts';
import { advance, createScanner } from './sql-tokens.ts';
import { tableLabel } from './table-label.ts';

/** The two labels of a database call. */
export interface Statement {
  /** Upper-case SQL verb, `other` for an unknown one, `none` where there is no statement. */
  readonly operation: string;
  /** The first table that the statement works on, `none` where there is none. */
  readonly table: string;
}

const BEFORE_EXPLAINED = words('EXPLAIN ANALYZE ANALYSE VERBOSE');
const BEFORE_MAINTAINED = words('FULL FREEZE VERBOSE ANALYZE');
const MODIFIERS = words(
  'OR REPLACE GLOBAL LOCAL TEMP TEMPORARY UNLOGGED FOREIGN MATERIALIZED RECURSIVE UNIQUE CONSTRAINT ON',
);
const BEFORE_NAME = words('IF NOT EXISTS ONLY CONCURRENTLY');
const NAMED_ON_TABLE = words('INDEX TRIGGER POLICY');

/** The name behind the verb and some of these words. */
const target = (before: string): Reader => {
  const skipped = words(before);
  return ({ scanner }) => {
    advance(scanner);
    skip(scanner, skipped);
    if (scanner.kind === '(') advance(scanner); // ONLY (name)
    return readName(scanner);
  };
};

const nothing: Reader = () => '';

const readSelect: Reader = (reading, outer) => readClauses(reading, outer, 'expression');

const readCopy: Reader = reading => {
  advance(reading.scanner);
  return reading.scanner.kind === '(' ? inParentheses(reading, readQuery) : readName(reading.scanner);
};

const readOptions: Reader = (reading, outer) =>
  QUERIES.has(reading.scanner.keyword) ? readQuery(reading, outer) : '';

const readExplained: Reader = (reading, outer) => {
  const { scanner } = reading;
  skip(scanner, BEFORE_EXPLAINED);
  // Options, or already the query.
  const table = scanner.kind === '(' ? inParentheses(reading, readOptions) : '';
  return table || readQuery(reading, outer);
};

/** PREPARE name AS query, DECLARE name CURSOR FOR query. */
const readBehind =
  (word: string): Reader =>
  (reading, outer) => {
    const { scanner } = reading;
    while (scanner.kind !== 'end' && scanner.keyword !== word) advance(scanner);
    advance(scanner);
    return MAIN_VERBS.has(findVerb(reading)) ? readQuery(reading, outer) : '';
  };

/** CREATE, ALTER, DROP and their like: a table or view itself, or what belongs to the table behind ON. */
const readDefinition: Reader = reading => {
  const { scanner } = reading;
  advance(scanner);
  if (scanner.kind === '(') skipParentheses(reading); // REINDEX (options)
  skip(scanner, MODIFIERS);
  if (NAMED_ON_TABLE.has(scanner.keyword)) {
    while (scanner.kind !== 'end' && scanner.keyword !== 'ON') advance(scanner);
  } else if (scanner.keyword !== 'TABLE' && scanner.keyword !== 'VIEW') return '';
  advance(scanner);
  skip(scanner, BEFORE_NAME);
  return scanner.keyword === 'ALL' ? '' : readName(scanner);
};

/** VACUUM (options) name. */
const readMaintained: Reader = reading => {
  const { scanner } = reading;
  advance(scanner);
  if (scanner.kind === '(') skipParentheses(reading);
  skip(scanner, BEFORE_MAINTAINED);
  return readName(scanner);
};

/** Every operation that there is; nothing else becomes a label. */
const VERBS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ...'ABORT BEGIN CALL CHECKPOINT CLOSE COMMIT DEALLOCATE DISCARD DO END EXECUTE FETCH GRANT IMPORT KILL LISTEN LOAD MOVE NOTIFY REASSIGN RELEASE RESET REVOKE ROLLBACK SAVEPOINT SECURITY SET SHOW START UNLISTEN'
    .split(' ')
    .map((verb): [string, Reader] => [verb, nothing]),
  ...'SELECT VALUES TABLE'.split(' ').map((verb): [string, Reader] => [verb, readSelect]),
  ...'CREATE ALTER DROP COMMENT REFRESH REINDEX'
    .split(' ')
    .map((verb): [string, Reader] => [verb, readDefinition]),
  ...'VACUUM ANALYZE CLUSTER'.split(' ').map((verb): [string, Reader] => [verb, readMaintained]),
  ['INSERT', target('INTO')],
  ['UPDATE', target('ONLY')],
  ['DELETE', target('FROM ONLY')],
  ['MERGE', target('INTO ONLY')],
  ['TRUNCATE', target('TABLE ONLY')],
  ['LOCK', target('TABLE ONLY')],
  ['COPY', readCopy],
  ['EXPLAIN', readExplained],
  ['PREPARE', readBehind('AS')],
  ['DECLARE', readBehind('FOR')],
]);

/** What the first statement of an SQL text does, and to which table. Never throws, reads a bounded prefix. */
export const readStatement = (text: string, dialect?: Dialect): Statement => {
  const reading: Reading = {
    scanner: createScanner(text, dialect),
    verbs: VERBS,
    ctes: new Set(),
    fallback: '',
  };
  const { scanner } = reading;
  advance(scanner);
  if (scanner.kind === 'end') return { operation: 'none', table: 'none' };
  const verb = findVerb(reading);
  const read = VERBS.get(verb);
  if (read === undefined) return { operation: 'other', table: 'none' };
  const table = read(reading, -1) || reading.fallback;
  return { operation: verb, table: tableLabel(table) };
};
