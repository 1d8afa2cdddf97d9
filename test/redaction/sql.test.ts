import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { sanitiseSql } from '../../src/redaction/sql.ts';

const examples: readonly (readonly [given: string, shown: string])[] = [
  ['', ''],
  [';', ''],
  ['BEGIN', 'BEGIN'],
  ['COMMIT;', 'COMMIT'],
  ['SELECT 1', 'SELECT ?'],
  ['SELECT -1, +2.5, .5, 1e10, 1.5e-10, 0xFF, 1_000', 'SELECT -?, +?, .?, ?, ?-?, ?, ?'],
  ['SELECT $1, $12', 'SELECT $1, $12'],
  ['SELECT $1::int, x::text', 'SELECT $1::int, x::text'],
  ['SELECT true, false, null, current_date', 'SELECT true, false, null, current_date'],
  ["SELECT 'a'", 'SELECT ?'],
  ["SELECT 'it''s'", 'SELECT ?'],
  ["SELECT ''", 'SELECT ?'],
  ["SELECT 'a' 'b'", 'SELECT ? ?'],
  ["SELECT 'a'\n'b'", 'SELECT ? ?'],
  ["SELECT E'a\\'b', 2", 'SELECT ?, ?'],
  ["SELECT e'a\\\\', 2", 'SELECT ?, ?'],
  ["SELECT E'a' 'b'", 'SELECT ?'],
  ["SELECT N'a', X'ff', B'01', x'0'", 'SELECT ?, ?, ?, ?'],
  ["SELECT U&'d\\0061t', u&'x'", 'SELECT ?, ?'],
  ['SELECT $$a$$, $tag$b $$ c$tag$', 'SELECT ?, ?'],
  ['SELECT "Weird Name", "a""b" FROM "My Table"', 'SELECT "Weird Name", "a""b" FROM "My Table"'],
  ['SELECT U&"d\\0061t"', 'SELECT U&"d\\0061t"'],
  ["SELECT a FROM t WHERE b='x'AND c<5", 'SELECT a FROM t WHERE b=?AND c<?'],
  ["SELECT a||'x'||b", 'SELECT a||?||b'],
  ["SELECT data->>'key' FROM t", 'SELECT data->>? FROM t'],
  ["SELECT data #>> '{a,b}'", 'SELECT data #>> ?'],
  ["SELECT ARRAY['a','b'], t[1]", 'SELECT ARRAY[?,?], t[?]'],
  ['SELECT a /* x */ , b -- y\n, c', 'SELECT a , b , c'],
  ['/* who */ SELECT 1 -- why', 'SELECT ?'],
  ['SELECT /* a /* nested */ b */ 1', 'SELECT ?'],
  ['SELECT\n\t a  ,\r\n  b', 'SELECT a , b'],
  ['SELECT a FROM t WHERE b IN (1, 2,3)', 'SELECT a FROM t WHERE b IN (?)'],
  ['SELECT a FROM t WHERE b IN ($1,$2,$3) AND c IN (1)', 'SELECT a FROM t WHERE b IN (?) AND c IN (?)'],
  ['SELECT a FROM t WHERE b IN (SELECT 1, 2)', 'SELECT a FROM t WHERE b IN (SELECT ?, ?)'],
  ["INSERT INTO t (a, b) VALUES (1, 'x')", 'INSERT INTO t (a, b) VALUES (?, ?)'],
  ["INSERT INTO t VALUES (1,'x'),(2,'y'), (3,'z') RETURNING id", 'INSERT INTO t VALUES (?,?) RETURNING id'],
  ['INSERT INTO t VALUES ($1,$2),($3,$4)', 'INSERT INTO t VALUES ($1,$2)'],
  ['INSERT INTO t VALUES (now(), 1), (now(), 2)', 'INSERT INTO t VALUES (now(), ?), (now(), ?)'],
  ["UPDATE t SET a = 'x', b = b + 1 WHERE id = 7", 'UPDATE t SET a = ?, b = b + ? WHERE id = ?'],
  ["DELETE FROM t WHERE a LIKE 'x%'", 'DELETE FROM t WHERE a LIKE ?'],
  ["COPY t FROM '/etc/passwd'", 'COPY t FROM ?'],
  ["SET password_encryption = 'x'", 'SET password_encryption = ?'],
  ["ALTER USER u PASSWORD 'x'", 'ALTER USER u PASSWORD ?'],
  [
    "CREATE FUNCTION f() RETURNS int AS $$ SELECT 'x' $$ LANGUAGE sql",
    'CREATE FUNCTION f() RETURNS int AS ? LANGUAGE sql',
  ],
  ["SELECT 1; SELECT 'x'", 'SELECT ?…'],
  ['SELECT 1; ; ', 'SELECT ?'],
  ["SELECT 'x", 'SELECT ?'],
  ['SELECT "x', 'SELECT ?'],
  ['SELECT $$x', 'SELECT ?'],
  ['SELECT $tag$x', 'SELECT ?'],
  ["SELECT E'x", 'SELECT ?'],
  ['SELECT 1 /* x', 'SELECT ?'],
  ["SELECT 'a\\' AND p = 'x'", 'SELECT ?…'],
  ["SELECT 'a\\'' AND p = 'x'", 'SELECT ?…'],
  ['SELECT größe FROM "Größen"', 'SELECT größe FROM "Größen"'],
];

describe('a statement as it may be shown', () => {
  for (const [given, shown] of examples) {
    test(JSON.stringify(given), () => {
      assert.equal(sanitiseSql(given), shown);
    });
  }

  test('is cut between its parts, and says so', () => {
    const shown = sanitiseSql(
      `SELECT ${Array.from({ length: 2_000 }, (_, index) => `column_${index}`).join(', ')}`,
    );
    assert.match(shown, /column_\d+,?…$/);
    assert.ok(shown.length <= 2_001);
    const prefix = `SELECT '${'x'.repeat(20_000)}secret'`;
    assert.equal(sanitiseSql(prefix), 'SELECT ?…');
  });

  test('takes time in proportion to its length', () => {
    const hostile = ["'", '"', '$a', '/*', "E'\\", '(', 'IN (1,', 'VALUES (', '--', '$$'];
    for (const part of hostile) {
      const time = (length: number): number => {
        const text = part.repeat(length / part.length);
        const before = process.cpuUsage().user;
        for (let run = 0; run < 20; run++) sanitiseSql(text);
        return process.cpuUsage().user - before;
      };
      time(16_000);
      const ratio = (time(16_000) + 2_000) / (time(4_000) + 2_000);
      assert.ok(ratio < 12, `${part}: ${ratio.toFixed(1)} times as long for four times the text`);
    }
  });
});

const secret = 'S3CRETvalue';
const quotings: readonly ((text: string) => string)[] = [
  text => `'${text}'`,
  text => `'it''s ${text}'`,
  text => `E'a\\'${text}\\\\'`,
  text => `N'${text}'`,
  text => `U&'${text}'`,
  text => `$$${text}$$`,
  text => `$q$ ' ${text} " $q$`,
  text => `'a\\'${text}'`,
  text => `'\\${text}'`,
  text => `/* ${text} */ 1`,
  text => `1 -- ${text}\n`,
  text => `4711${text}`,
  text => `'${text}`,
  text => `$x$${text}`,
];
const around = fc.constantFrom(
  'SELECT',
  'a',
  ',',
  '=',
  '(',
  ')',
  "''",
  '"n"',
  '$1',
  '::text',
  'IN (1, 2)',
  'VALUES (1), (2)',
  '-',
  ';',
  '/*',
  '*/',
  '1.5',
);
const statement = fc
  .tuple(fc.array(around), fc.constantFrom(...quotings), fc.array(around))
  .map(([before, quote, after]) => [...before, quote(secret), ...after].join(' '));

test('no literal is in it, whatever stands around', () => {
  fc.assert(
    fc.property(statement, given => {
      assert.ok(given.includes(secret), 'control: the statement holds it');
      assert.ok(!sanitiseSql(given).includes('S3CRET'), sanitiseSql(given));
    }),
    { numRuns: 5_000 },
  );
});

test('it is what it is made of, and nothing is thrown', () => {
  fc.assert(
    fc.property(fc.oneof(statement, fc.string({ unit: 'binary', maxLength: 200 })), given => {
      const shown = sanitiseSql(given);
      assert.ok(shown.length <= 2_001);
    }),
    { numRuns: 3_000 },
  );
});
