import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { dialectOf } from '../../src/database/sql-dialects.ts';
import { sanitiseSql } from '../../src/redaction/sql.ts';
import { everywhere, forms } from './sql-literal-forms.ts';

type Examples = readonly (readonly [given: string, shown: string])[];

const examples: Readonly<Record<string, Examples>> = {
  mysql: [
    ['SELECT "a", "it\'s", "say ""x""" FROM t', 'SELECT ?, ?, ? FROM t'],
    ['SELECT `it\'s`, `a``b` FROM `t` WHERE a = "x"', "SELECT `it's`, `a``b` FROM `t` WHERE a = ?"],
    ["SELECT 1 # it's\n, 'x' # y", 'SELECT ? , ?'],
    ["SELECT 1 -- it's\n, 'x'", 'SELECT ? , ?'],
    ["SELECT 5--'x', a--1", 'SELECT ?--?, a--?'],
    ["SELECT /*! 'x' */ 1", 'SELECT…'],
    ["SELECT /*!50000 a */ 'x'", 'SELECT…'],
    ["SELECT /*M!100100 a */ 'x'", 'SELECT…'],
    ['SELECT /*+ NO_ICP(t) */ a FROM t', 'SELECT a FROM t'],
    ["SELECT /* a /* b */ 'x'", 'SELECT…'],
    ["SELECT 'it\\'s secret' FROM t", 'SELECT ?…'],
    ['SELECT "it\\"s secret" FROM t', 'SELECT ?…'],
    [`SELECT '{\\"a\\": 1}', "it\\'s" FROM t`, 'SELECT ?, ? FROM t'],
    ["SELECT 0x41, 0b01, x'41', X'41', b'01', N'x', n'x'", 'SELECT ?, ?, ?, ?, ?, ?, ?'],
    ["SELECT _utf8'x', _utf8mb4\"x\", _binary 'x'", 'SELECT _utf8?, _utf8mb4?, _binary ?'],
    ["SELECT @a, @@version, @'x y' FROM t WHERE b = ?", 'SELECT @a, @@version, @? FROM t WHERE b = ?'],
    ['SELECT $$ x $$', 'SELECT…'],
    [
      'INSERT INTO t (a) VALUES (1),(2) ON DUPLICATE KEY UPDATE a = VALUES(a), b = VALUES(b)',
      'INSERT INTO t (a) VALUES (?) ON DUPLICATE KEY UPDATE a = VALUES(a), b = VALUES(b)',
    ],
    ['VALUES ROW(1,2), ROW(3,4)', 'VALUES ROW(?,?)'],
    ["SELECT /*+ SET_VAR(a='*/') */ 'x'", 'SELECT…'],
  ],
  'microsoft.sql_server': [
    ["SELECT [it's], [a]]b'c] FROM [t] WHERE a = 'x'", "SELECT [it's], [a]]b'c] FROM [t] WHERE a = ?"],
    ['SELECT $12.50, -$4, £1, €2', 'SELECT ?, -?, ?, ?'],
    ["SELECT N'it''s', 'C:\\', 'x', 0xFF", 'SELECT ?, ?, ?, ?'],
    ['SELECT "it\'s" FROM "t" WHERE a = 1', 'SELECT "it\'s" FROM "t" WHERE a = ?'],
    ['SELECT @p1, @0, @@ROWCOUNT, $action FROM #tmp', 'SELECT @p1, @0, @@ROWCOUNT, $action FROM #tmp'],
    ["SELECT /* a /* b */ c */ 'x'", 'SELECT ?'],
    ['SELECT a\u00a0=\u00a04711', 'SELECT a = ?'],
    ['SELECT #4711, #£5, ##4711, #a£5 FROM ##t', 'SELECT #?, #?, ##?, #? FROM ##t'],
    ['SELECT [a FROM t', 'SELECT ?'],
    ['SELECT 0xAB\\\nCD', 'SELECT ?…'],
    ['SELECT a FROM t WHERE b IN (@0, @1, @2)', 'SELECT a FROM t WHERE b IN (?)'],
  ],
  'oracle.db': [
    ["SELECT q'[it's]', nq'{it's}', Q'<a>', Nq'(b)' FROM t", 'SELECT ?, ?, ?, ? FROM t'],
    ["SELECT q'!it's!', q'xit'sx', q'𝛂it's𝛂', q''a'', 'b'", 'SELECT ?, ?, ?, ?, ?'],
    ["SELECT q' x '", 'SELECT…'],
    ["SELECT q'[it's] FROM t", 'SELECT ?'],
    ["SELECT DATE '2020-01-01', TIMESTAMP '2020-01-01 00:00:00'", 'SELECT DATE ?, TIMESTAMP ?'],
    ["SELECT 'C:\\', N'x', \"it's\" FROM t$a#q", 'SELECT ?, ?, "it\'s" FROM t$a#q'],
    ['SELECT a FROM t WHERE b = :name AND c = :1', 'SELECT a FROM t WHERE b = :name AND c = :1'],
    ['SELECT a FROM t WHERE b IN (:1, :2)', 'SELECT a FROM t WHERE b IN (?)'],
    [
      "CREATE FUNCTION f AS MLE LANGUAGE JAVASCRIPT {{ 'x' }}",
      'CREATE FUNCTION f AS MLE LANGUAGE JAVASCRIPT…',
    ],
  ],
  sqlite: [
    ['SELECT ?1, ?, :name, @name, $name, :1 FROM t', 'SELECT ?1, ?, :name, @name, $name, :1 FROM t'],
    ["SELECT `it's`, [it's] FROM t WHERE a = 'x'", "SELECT `it's`, [it's] FROM t WHERE a = ?"],
    // A name in double quotes that nothing has is a string, in SQLite as it is usually built.
    [
      'SELECT "a", "t"."b" AS "c" FROM "t" JOIN "u" ON u."a" = "x"',
      'SELECT ?, "t"."b" AS "c" FROM "t" JOIN "u" ON u."a" = ?',
    ],
    ['SELECT a IS NOT DISTINCT FROM "x"', 'SELECT a IS NOT DISTINCT FROM ?'],
    ["SELECT 'C:\\', x'ab', 0xFF", 'SELECT ?, ?, ?'],
    ["SELECT :a(it's), 'x'", 'SELECT…'],
    ["SELECT $a::(it's), 'x'", 'SELECT…'],
    ['VACUUM main INTO "x"', 'VACUUM main INTO ?'],
    ['INSERT INTO "t" VALUES (1)', 'INSERT INTO "t" VALUES (?)'],
    ["SELECT 1 -- a\rit's\n, 'x'", 'SELECT ?…'],
    ['SELECT a FROM t WHERE b IN (?1, ?2) AND c IN (?, ?)', 'SELECT a FROM t WHERE b IN (?) AND c IN (?)'],
  ],
  cassandra: [
    ['SELECT "it\'s" FROM "T" WHERE a = \'x\'', 'SELECT "it\'s" FROM "T" WHERE a = ?'],
    [
      'SELECT a FROM t WHERE b = ? AND c = :c AND d = :1',
      'SELECT a FROM t WHERE b = ? AND c = :c AND d = :?',
    ],
    [
      'SELECT a FROM t WHERE b = f47ac10b-58cc-4372-a567-0e02b2c3d479 AND c = 12345678-58CC-4372-A567-0E02B2C3D479',
      'SELECT a FROM t WHERE b = ? AND c = ?',
    ],
    ['SELECT P1Y2M3DT4H5M6S, PT5M, 89h4m48s, P0001-02-03T04:05:06, p1, ptx', 'SELECT ?, ?, ?, ?, p1, ptx'],
    ["UPDATE t SET a = {'x': 1, 'y':f47ac10b-58cc-4372-a567-0e02b2c3d479}", 'UPDATE t SET a = {?: ?, ?:?}'],
    ["SELECT $$it's$$, 'x' // it's\n, 'y'", 'SELECT ?, ? , ?'],
    ['SELECT $$x', 'SELECT ?'],
    ["SELECT 1 -- it's\r, 'x'", 'SELECT ? , ?'],
    ["SELECT /* a /* b */ 'x'", 'SELECT…'],
    ['SELECT a FROM t WHERE b IN (1, 2, 3)', 'SELECT a FROM t WHERE b IN (?)'],
    ['SELECT 0xCAFE, 1.5e10, -1', 'SELECT ?, ?, -?'],
  ],
  'of nobody': [
    ['SELECT a, "b", \'c\', `d e` FROM t WHERE f = $1', 'SELECT a, ?, ?, `d e` FROM t WHERE f = ?'],
    ['SELECT a[1], $12.50, €3', 'SELECT a[?], ?, ?'],
    ["SELECT [it's], 'x'", 'SELECT…'],
    ["SELECT `it's`, 'x'", 'SELECT…'],
    ["SELECT [a]]'b], 'x'", 'SELECT…'],
    ["SELECT :a(it's), 'x'", 'SELECT…'],
    ['SELECT a::numeric(10, 2)', 'SELECT a::numeric(?, ?)'],
    ["SELECT q'[it's]'", 'SELECT…'],
    ["SELECT 1q'[it's]'", 'SELECT…'],
    ["SELECT E'a\\'b', 'x'", 'SELECT ?…'],
    ["SELECT '''it's x''' FROM t", 'SELECT ?…'],
    ['SELECT $a$ x $a$', 'SELECT…'],
    ["SELECT 1 # it's\n, 'x'", 'SELECT ?…'],
    ['SELECT 1 --x', 'SELECT ?…'],
    ["SELECT 1 // it's\n, 'x'", 'SELECT ?…'],
    ['SELECT ‘x’, “y”', 'SELECT…'],
    ["SELECT $a::(it's), 'x'", 'SELECT…'],
    ["SELECT \\'x', 'y'", 'SELECT…'],
    ['SELECT 1 -- x\n, 2', 'SELECT ? , ?'],
  ],
};

for (const [system, some] of Object.entries(examples))
  describe(`a statement of ${system}`, () => {
    for (const [given, shown] of some)
      test(JSON.stringify(given), () => {
        assert.equal(sanitiseSql(given, system), shown);
      });
  });

test('half a constant of Cassandra at the end of what is read is no name', () => {
  for (let padding = 0; padding < 80; padding++) {
    const list = Array.from({ length: 1_000 }, () => 'f47ac10b-58cc-4372-a567-0e02b2c3d479').join(', ');
    const shown = sanitiseSql(`SELECT a${' '.repeat(padding)} FROM t WHERE b IN (${list})`, 'cassandra');
    assert.equal(shown, 'SELECT a FROM t WHERE b IN (?…');
    const map = list.replaceAll(', f', ',a:f');
    const set = sanitiseSql(`UPDATE t SET a${' '.repeat(padding)} = {${map}}`, 'cassandra');
    assert.doesNotMatch(set, /f47ac10b/);
  }
});

test('MariaDB is read as MySQL, and no property of an object is a dialect', () => {
  for (const [given, shown] of examples.mysql ?? []) assert.equal(sanitiseSql(given, 'mariadb'), shown);
  for (const system of ['__proto__', 'constructor', ''])
    assert.equal(sanitiseSql('SELECT "x", [it\'s]', system), 'SELECT ?,…');
});

const secret = 'S3CRETvalue';
const around = fc.constantFrom(
  ...["SELECT a , = ( ) '' $1 :b ? - ; a.b AND", '* NULL ROW || :: @c'].flatMap(words => words.split(' ')),
  'IN (',
  'IN (1, 2)',
  'VALUES (1), (2)',
  'VALUES (',
  'IS DISTINCT FROM',
);
const planted = (list: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(fc.array(around), fc.constantFrom(...list), fc.array(around))
    .map(([before, form, after]) => [...before, form.replace('%', secret), ...after].join(' '));
const hides =
  (system: string) =>
  (given: string): void => {
    assert.ok(given.includes(secret), 'control: the statement holds it');
    const shown = sanitiseSql(given, system);
    assert.ok(!shown.includes('S3CRET'), `${given}\n${shown}`);
  };

describe('no literal is shown', () => {
  for (const [system, own] of Object.entries(forms)) {
    test(`control: ${system} is a dialect that is known`, () => {
      assert.notEqual(dialectOf(system), dialectOf('of nobody'));
    });

    test(`of ${system}`, () => {
      fc.assert(fc.property(planted([...everywhere, ...own]), hides(system)), { numRuns: 5_000 });
    });

    test(`of ${system}, read as nobody's`, () => {
      fc.assert(fc.property(planted([...everywhere, ...own]), hides('of nobody')), { numRuns: 5_000 });
    });

    if (system !== 'postgresql')
      test(`control: of ${system}, read as PostgreSQL's, some are`, () => {
        const found = fc.check(fc.property(planted(own), hides('postgresql')), { numRuns: 5_000 });
        assert.ok(found.failed, 'the property sees what leaks');
      });
  }
});

test('whatever the text, every dialect ends, within its bounds', () => {
  const fragments = fc.array(fc.constantFrom(...'\'"`[]$-/*#\\;(){},.:@?qQnNeE&u1a€! \n\r\u00a0'.split('')));
  const texts = fc.oneof(
    fragments.map(parts => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 100 }),
  );
  fc.assert(
    fc.property(texts, fc.constantFrom(...Object.keys(examples)), (given, system) => {
      assert.ok(sanitiseSql(given, system).length <= 2_001);
    }),
    { numRuns: 5_000 },
  );
});

test('every dialect takes time in proportion to the length of the text', () => {
  const parts = [
    '[',
    '`',
    '"',
    "q'[",
    '$',
    '$a',
    '/*!',
    '/* */',
    '#',
    '?1',
    ':a(',
    '€',
    '\u00a0',
    '[a]',
    '{',
    '--',
  ];
  for (const system of Object.keys(examples))
    for (const part of parts) {
      const time = (length: number): number => {
        const text = part.repeat(length / part.length);
        const before = process.cpuUsage().user;
        for (let run = 0; run < 10; run++) sanitiseSql(text, system);
        return process.cpuUsage().user - before;
      };
      time(16_000);
      const ratio = (time(16_000) + 2_000) / (time(4_000) + 2_000);
      assert.ok(ratio < 12, `${system}, ${part}: ${ratio.toFixed(1)} times as long for four times the text`);
    }
});
