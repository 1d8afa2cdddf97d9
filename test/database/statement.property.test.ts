import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { dialectOf } from '../../src/database/sql-dialects.ts';
import { readStatement } from '../../src/database/sql-statement.ts';
import { createStatementReader } from '../../src/database/statement.ts';
import { createSqlText, sanitiseSql } from '../../src/redaction/sql.ts';
import {
  assertLabels,
  LITERALS,
  OPEN_LITERALS,
  plain,
  SECRETS,
  SYSTEMS,
  spaced,
  sqlish,
} from './statement-fragments.ts';
import { bySystem } from './statement-systems.ts';

describe('reading any text', () => {
  const check = (texts: fc.Arbitrary<string>): void =>
    fc.assert(
      fc.property(texts, fc.constantFrom(...SYSTEMS), (text, system) =>
        assertLabels(text, readStatement(text, dialectOf(system))),
      ),
      { numRuns: 6000 },
    );

  it('control: an invented label would be seen', () => {
    for (const table of ['invented', '', 'invented_*', '\ud800', 'n'.repeat(64)])
      assert.throws(() => assertLabels('SELECT 1', { operation: 'SELECT', table }));
    assert.throws(() => assertLabels('SELECT 1', { operation: 'INSERT', table: 'none' }));
    assert.throws(() => assertLabels('SELEC 1', { operation: 'selec', table: 'none' }));
  });

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

describe('a statement that ends anywhere', () => {
  it('is read without throwing, and names nothing that is not in it', () => {
    const all = Object.entries(bySystem).flatMap(([system, some]) => some.map(([sql]) => ({ system, sql })));
    fc.assert(
      fc.property(
        fc.constantFrom(...all),
        fc.nat(200),
        fc.constantFrom(...SYSTEMS),
        ({ sql, system }, at, other) => {
          const text = sql.slice(0, at);
          for (const name of [system, other]) {
            assertLabels(text, readStatement(text, dialectOf(name), createSqlText().take));
            assert.ok(sanitiseSql(text, name).length <= 2_001);
          }
        },
      ),
      { numRuns: 10_000 },
    );
  });
});
