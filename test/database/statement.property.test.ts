import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readStatement } from '../../src/database/sql-statement.ts';
import { createStatementReader, type Statement } from '../../src/database/statement.ts';

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
const LITERALS = [
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
const OPEN_LITERALS = ["'_", "E'\\'_\\'", '"_', 'U&"_', '$$_', '$a$_$$', '/*/*_*/', '--_'];
/** What would become a label if a literal were taken for SQL. */
const SECRETS = ['secret', ' FROM secret ', '; SELECT * FROM secret ', ' INTO secret ', '1, a JOIN secret '];

const spaced = (fragments: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .array(fc.tuple(fragments, fc.constantFrom(' ', '\n', '\t', '/**/', ' --\n')), {
      maxLength: 40,
      size: 'max',
    })
    .map(parts => parts.flat().join(''));
const plain = fc.constantFrom(...KEYWORDS, ...KEYWORDS.map(word => word.toLowerCase()), ...NAMES, ...SYMBOLS);
const sqlish = spaced(plain);

const OPERATION = /^[A-Z]{2,12}$/;

/** A label is a fixed word or a name that stands in the text, printable and bounded. */
const assertLabels = (text: string, { operation, table }: Statement): void => {
  assert.ok(operation === 'other' || operation === 'none' || OPERATION.test(operation), operation);
  if (OPERATION.test(operation)) assert.ok(text.toUpperCase().includes(operation));
  assert.ok(table.length > 0 && table.length <= 63);
  assert.ok(table.isWellFormed());
  if (table === 'other' || table === 'none') return;
  assert.ok(text.replaceAll('""', '"').toLowerCase().includes(table.toLowerCase()), table);
};

describe('reading any text', () => {
  const check = (texts: fc.Arbitrary<string>): void =>
    fc.assert(
      fc.property(texts, text => assertLabels(text, readStatement(text))),
      { numRuns: 3000 },
    );

  it('never throws and invents no label: arbitrary unicode', () => {
    check(fc.string({ unit: 'binary', maxLength: 200 }));
    check(fc.string({ unit: 'grapheme', maxLength: 200 }));
    check(fc.array(fc.integer({ min: 0, max: 0xffff })).map(codes => String.fromCharCode(...codes)));
  });

  it('never throws and invents no label: fragments of SQL, cut anywhere', () => {
    check(sqlish);
    check(fc.tuple(sqlish, fc.nat(200)).map(([text, length]) => text.slice(0, length)));
    check(fc.array(fc.constantFrom(...'\'"$-/*\\;().,eEuU&aS \n'.split(''))).map(parts => parts.join('')));
  });

  it('is not changed by white space, comments and the case of keywords', () => {
    const spacing = fc.constantFrom(' ', '\n\t', '/* FROM a */', ' -- FROM b\n', '/*/**/*/');
    fc.assert(
      fc.property(fc.array(spacing, { minLength: 4, maxLength: 4 }), fc.boolean(), ([a, b, c, d], upper) => {
        const text = `${a}select${b}*${c}from${d}users`;
        const { operation, table } = readStatement(upper ? text.toUpperCase() : text);
        assert.deepEqual({ operation, table }, { operation: 'SELECT', table: 'users' });
      }),
    );
  });

  it('leaks no literal and no comment', () => {
    const filled = (forms: readonly string[]): fc.Arbitrary<string> =>
      fc
        .tuple(fc.constantFrom(...forms), fc.constantFrom(...SECRETS))
        .map(([form, secret]) => form.replace('_', secret));
    const verb = fc.constantFrom(
      'SELECT ',
      'SELECT * FROM ',
      'INSERT INTO ',
      'COPY ',
      'WITH x AS (',
      'DROP TABLE ',
      '',
    );
    const literals = spaced(filled(LITERALS));
    const mixed = spaced(fc.oneof(plain, filled(LITERALS)));
    const rest = fc.oneof(fc.constant(''), filled(OPEN_LITERALS));
    fc.assert(
      fc.property(verb, fc.oneof(literals, mixed), rest, (...parts) => {
        const { operation, table } = readStatement(parts.join(''));
        assert.doesNotMatch(`${operation} ${table}`, /secret/i);
      }),
      { numRuns: 20_000 },
    );
  });

  it('answers from memory what it read', () => {
    const read = createStatementReader();
    fc.assert(
      fc.property(sqlish, text => {
        for (const { operation, table } of [read(text), read(text)])
          assert.deepEqual({ operation, table }, readStatement(text));
      }),
    );
  });
});

/** CPU seconds of reading the text, the least of some rounds. */
const costOf = (text: string): number => {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round++) {
    const before = process.cpuUsage();
    for (let n = 0; n < 5; n++) readStatement(text);
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, user + system);
  }
  return least / 5e6;
};

const repeat = (fragment: string, length: number): string =>
  `SELECT ${fragment.repeat(Math.ceil(length / fragment.length)).slice(0, length)}`;

/** What a careless reader would read again and again. */
const NASTY = [
  'a,',
  '(',
  '()',
  '((SELECT',
  "'",
  "''",
  "E''",
  "E'' ",
  "E''/*",
  '"',
  '$',
  '$a ',
  '$a$',
  '$aaaaaaaa',
  '/*',
  '/*/',
  '--',
  '-',
  'a.',
  'FROM ',
  'EXPLAIN ',
  'x AS (',
  'WITH x AS (SELECT ',
  'x AS (SELECT 1), ',
  'FROM (SELECT ',
  'é',
  '\ud800',
];

describe('the work of reading', () => {
  it('grows with the text, not with its square', () => {
    for (const prefix of ['', 'WITH ', 'EXPLAIN ', 'PREPARE ', 'SELECT 1 FROM ', 'CREATE ']) {
      for (const fragment of NASTY) {
        const [small, large] = [2_000, 16_000].map(length => prefix + repeat(fragment, length));
        readStatement(large ?? '');
        const ratio = costOf(large ?? '') / Math.max(costOf(small ?? ''), 10e-6);
        // Eight times the text: 8 is linear, 64 quadratic.
        assert.ok(ratio < 30, `${prefix}${fragment}: ${ratio.toFixed(1)} times the work`);
      }
    }
  });

  it('is bounded for a text of a million characters', () => {
    for (const fragment of NASTY) {
      const [bounded, endless] = [16_384, 1_000_000].map(length => repeat(fragment, length));
      assertLabels(endless ?? '', readStatement(endless ?? ''));
      const ratio = costOf(endless ?? '') / Math.max(costOf(bounded ?? ''), 10e-6);
      assert.ok(ratio < 10, `${fragment}: ${ratio.toFixed(1)} times the work`);
    }
  });

  it('does not need a deep stack', () => {
    const descend = (depth: number): void =>
      depth === 0 ? NASTY.forEach(n => void readStatement(repeat(n, 16_000))) : descend(depth - 1);
    descend(5000);
  });
});
