import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createStatementReader, type Statement } from '../../src/database/statement.ts';
import { bySystem } from './statement-systems.ts';

const labelsOf = ({ operation, table }: Statement): Statement => ({ operation, table });
const shorten = (sql: string): string => (sql.length > 100 ? `${sql.slice(0, 100)}…` : sql);

describe('operation and table of a statement', () => {
  const read = createStatementReader();

  for (const [system, some] of Object.entries(bySystem)) {
    describe(system, () => {
      const read = createStatementReader(system);
      for (const [sql, operation, table] of some) {
        it(`${operation} ${table}: ${JSON.stringify(shorten(sql))}`, () => {
          assert.deepEqual(labelsOf(read(sql)), { operation, table });
        });
      }
    });
  }

  it('is told by at least 250 examples', () => {
    const texts = Object.entries(bySystem).flatMap(([system, some]) =>
      some.map(([sql]) => `${system}: ${sql}`),
    );
    assert.equal(new Set(texts).size, texts.length, 'none is there twice');
    assert.ok(texts.length >= 250, `${texts.length} examples`);
  });

  it('control: the dialect matters', () => {
    const postgresql = createStatementReader();
    for (const system of ['mysql', 'microsoft.sql_server', 'oracle.db', 'sqlite', 'cassandra'])
      assert.ok(
        bySystem[system]?.some(([sql, , table]) => postgresql(sql).table !== table),
        system,
      );
  });

  it('has none for what is not a text', () => {
    for (const value of [undefined, null, 1, {}, Symbol('x'), ['SELECT 1'], Object('SELECT 1')])
      assert.deepEqual(labelsOf(read(value)), { operation: 'none', table: 'none' });
  });

  it('does not take half a name for a name when the text is longer than what is read', () => {
    const names = new Set<string>();
    for (let padding = 16_340; padding < 16_400; padding++)
      names.add(read(`SELECT ${'1'.padEnd(padding)} FROM abcdefgh`).table);
    assert.deepEqual(names, new Set(['abcdefgh', 'none']));
  });
});

describe('names as other databases quote them', () => {
  for (const [system, sql, table] of [
    ['mysql', "SELECT 'hunter2' FROM `shop`.`Order Lines`", 'Order Lines'],
    ['mysql', 'INSERT INTO `a``b` VALUES (1)', 'a`b'],
    ['mariadb', 'UPDATE `Users` SET `a` = 1', 'Users'],
    ['sqlite', 'DELETE FROM `Users`', 'Users'],
    ['microsoft.sql_server', "SELECT 'hunter2' FROM [dbo].[Order Lines]", 'Order Lines'],
    ['microsoft.sql_server', 'SELECT * FROM [a]]b]', 'a]b'],
    ['microsoft.sql_server', 'SELECT * FROM "dbo"."Users"', 'Users'],
  ] as const) {
    it(`${system}: ${table}, and not the text before it: ${sql}`, () => {
      assert.equal(createStatementReader(system)(sql).table, table);
    });
  }
});

describe('the memory of statements', () => {
  const texts = (count: number, length = 0): string[] =>
    Array.from({ length: count }, (_, n) => `SELECT ${n} ${'x'.repeat(length)} FROM t${n}`);

  it('answers the same object for the same text', () => {
    const read = createStatementReader();
    assert.equal(read('SELECT * FROM users'), read(['SELECT', '* FROM users'].join(' ')));
  });

  it('is not shared', () => {
    assert.notEqual(createStatementReader()('SELECT 1'), createStatementReader()('SELECT 1'));
  });

  it('keeps what is used while a flood of other texts passes', () => {
    const read = createStatementReader();
    const kept = read('SELECT * FROM users');
    for (const text of texts(20_000)) {
      read(text);
      assert.equal(read('SELECT * FROM users'), kept);
    }
  });

  it('forgets what is not used', () => {
    const read = createStatementReader();
    const first = read('SELECT * FROM users');
    for (const text of texts(1001)) read(text);
    const again = read('SELECT * FROM users');
    assert.notEqual(again, first);
    assert.deepEqual(labelsOf(again), labelsOf(first));
  });

  it('is bounded by characters too, and leaves long texts alone', () => {
    const read = createStatementReader();
    const first = read('SELECT * FROM users');
    for (const text of texts(300, 4000)) read(text);
    assert.notEqual(read('SELECT * FROM users'), first);
    const long = `SELECT * FROM users WHERE a = '${'x'.repeat(5000)}'`;
    assert.notEqual(read(long), read(long));
  });
});
