import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Statement } from '../../src/database/statement.ts';

const KEYWORDS =
  'SELECT FROM INSERT INTO UPDATE SET DELETE MERGE USING WITH RECURSIVE AS MATERIALIZED JOIN LATERAL ONLY ON DISTINCT WHERE GROUP BY ORDER UNION ALL VALUES TABLE COPY TRUNCATE CREATE INDEX VIEW IF NOT EXISTS EXPLAIN ANALYZE PREPARE DECLARE CURSOR FOR ROWS VACUUM COMMENT LOCK BEGIN COMMIT'.split(
    ' ',
  );
const NAMES = [
  'users',
  'Users',
  '"Users"',
  '"a ""b"" c"',
  'public.users',
  '"public"."T"',
  'é',
  '`Users`',
  '[Users]',
  '#tmp1',
  'db..t',
  'events_2026_11',
  'U&"u"',
  'e',
  'x',
];
const SYMBOLS = [
  '(',
  ')',
  ',',
  '.',
  ';',
  '*',
  '::',
  '=',
  '->>',
  '[',
  ']',
  '{',
  '}',
  '?',
  ':a',
  '$1',
  '1.5',
  '@',
];
/** Every form in which a value or a remark can stand in a statement, `_` being what it holds. */
export const LITERALS: readonly string[] = [
  "'_'",
  "'''_'''",
  "'it''s _'",
  "E'_'",
  "E'\\'_'",
  "e'\\\\''_'",
  "E'' \n'\\'_'",
  "N'_'",
  "B'_'",
  "X'_'",
  "U&'_'",
  "u&'\\0041''_'",
  '$$_$$',
  "$$'_$$",
  '$tag$ $$_$$ $tag$',
  '$é$_$é$',
  '/*_*/',
  "/*'_*/",
  '/*/**/_*/',
  '--_\n',
  "--'_\r",
];
/** The same without their end: the rest of the text belongs to them. */
export const OPEN_LITERALS: readonly string[] = [
  "'_",
  "E'\\'_\\'",
  '"_',
  'U&"_',
  '$$_',
  '$a$_$$',
  '/*/*_*/',
  '--_',
];
/** What would become a label if a literal were taken for SQL. */
export const SECRETS: readonly string[] = [
  'secret',
  ' FROM secret ',
  '; SELECT * FROM secret ',
  ' INTO secret ',
  '1, a JOIN secret ',
];

export const spaced = (fragments: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .array(fc.tuple(fragments, fc.constantFrom(' ', '\n', '\t', '/**/', ' --\n')), {
      maxLength: 40,
      size: 'max',
    })
    .map(parts => parts.flat().join(''));
export const plain: fc.Arbitrary<string> = fc.constantFrom(
  ...KEYWORDS,
  ...KEYWORDS.map(word => word.toLowerCase()),
  ...NAMES,
  ...SYMBOLS,
);
export const sqlish: fc.Arbitrary<string> = spaced(plain);

const OPERATION = /^[A-Z]{2,12}$/;

/** A label is a fixed word or a name that stands in the text, printable and bounded. */
export const assertLabels = (text: string, { operation, table }: Statement): void => {
  assert.ok(operation === 'other' || operation === 'none' || OPERATION.test(operation), operation);
  if (OPERATION.test(operation)) assert.ok(text.toUpperCase().includes(operation));
  assert.ok(table.length > 0 && table.length <= 63);
  assert.ok(table.isWellFormed());
  if (table === 'other' || table === 'none') return;
  const written = text.replaceAll('""', '"').replaceAll('``', '`').replaceAll(']]', ']').toLowerCase();
  assert.ok(written.includes(table.replace(/_?\*$/, '').toLowerCase()), table);
};

export const SYSTEMS: readonly string[] = [
  'postgresql',
  'mysql',
  'microsoft.sql_server',
  'oracle.db',
  'sqlite',
  'cassandra',
  'of nobody',
];
