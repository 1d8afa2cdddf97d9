import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { dialectOf } from '../../src/database/sql-dialects.ts';
import type { Dialect, Scanner, TokenSink } from '../../src/database/sql-scanner.ts';
import { readStatement } from '../../src/database/sql-statement.ts';
import { advance, createScanner } from '../../src/database/sql-tokens.ts';
import { createStatementReader } from '../../src/database/statement.ts';
import { createSqlText, sanitiseSql } from '../../src/redaction/sql.ts';
import { everywhere, forms } from '../redaction/sql-literal-forms.ts';
import { LITERALS, OPEN_LITERALS, plain, SYSTEMS, spaced, sqlish } from './statement-fragments.ts';

describe('the text that is read beside the labels', () => {
  const texts = fc.oneof(
    sqlish,
    spaced(
      fc.oneof(plain, fc.constantFrom(...LITERALS, ...OPEN_LITERALS, "'\\'_'", '"_"', '/*! a */', '# _\n')),
    ),
    fc.string({ unit: 'binary', maxLength: 100 }),
  );
  const systems = fc.constantFrom(...SYSTEMS);
  const agreement = (sinkOf: (sink: TokenSink) => TokenSink) =>
    fc.property(texts, systems, (text, system) => {
      const dialect = dialectOf(system);
      const shown = createSqlText();
      assert.deepEqual(readStatement(text, dialect, sinkOf(shown.take)), readStatement(text, dialect));
      assert.equal(shown.text(), sanitiseSql(text, system));
    });

  it('is the same as alone, and so are the labels', () => {
    fc.assert(
      agreement(sink => sink),
      { numRuns: 10_000 },
    );
  });

  it('control: it would be seen if a sink meddled with the pass, or missed a token', () => {
    const meddling = agreement(sink => scanner => {
      sink(scanner);
      if (scanner.kind === 'quoted') scanner.keyword = 'FROM';
    });
    let seen = 0;
    const missing = agreement(sink => scanner => {
      seen += 1;
      if (seen % 7 !== 0 || scanner.kind === 'end') sink(scanner);
    });
    assert.ok(fc.check(meddling, { numRuns: 10_000 }).failed);
    assert.ok(fc.check(missing, { numRuns: 10_000 }).failed);
  });

  it('comes from one pass: every token is seen once, in its order', () => {
    fc.assert(
      fc.property(texts, systems, (text, system) => {
        const dialect = dialectOf(system);
        const seen: string[] = [];
        const note = ({ kind, start, end }: Scanner): void => void seen.push(`${kind} ${start} ${end}`);
        readStatement(text, dialect, note);
        const alone: string[] = [];
        const scanner = createScanner(text, dialect, ({ kind, start, end }) => {
          alone.push(`${kind} ${start} ${end}`);
        });
        while (scanner.kind !== 'end') advance(scanner);
        assert.deepEqual(seen, alone);
      }),
      { numRuns: 3_000 },
    );
  });

  it('is read again by nobody who asks for it twice', () => {
    const read = createStatementReader('mysql');
    const text = 'SELECT `a` FROM `t` WHERE b = "hunter2"';
    assert.equal(read(text).shown(text), 'SELECT `a` FROM `t` WHERE b = ?');
    assert.equal(read(text).shown('SELECT other'), 'SELECT `a` FROM `t` WHERE b = ?', 'it is remembered');
    const next = 'SELECT 1';
    assert.equal(read(next).shown('SELECT other'), 'SELECT ?', 'it was read with the labels');
    assert.equal(read('SELECT 2').shown('SELECT 3'), 'SELECT ?');
    read('SELECT 4');
    assert.equal(
      read('SELECT 5').shown('SELECT other'),
      'SELECT other',
      'nobody had asked for the one before',
    );
  });
});

describe('labels hold no literal', () => {
  /** Where it would become a table if the literal ended early. */
  const secret = ' FROM S3CRET , JOIN S3CRET ';
  const enclosing = (list: readonly string[]): readonly string[] =>
    list.filter(form => !/\dh?%|0x%|\n%/.test(form));
  const around = fc.constantFrom(
    'SELECT',
    'a',
    ',',
    '=',
    '1',
    "''",
    'WITH x AS (',
    ')',
    'UPDATE t SET',
    'IN (1, 2)',
  );
  const planted = (list: readonly string[]): fc.Arbitrary<string> =>
    fc
      .tuple(fc.array(around), fc.constantFrom(...enclosing(list)), fc.array(around))
      .map(([before, form, after]) => ['SELECT', ...before, form.replace('%', secret), ...after].join(' '));
  const holdsNone =
    (dialect: Dialect) =>
    (text: string): void => {
      const { operation, table } = readStatement(text, dialect);
      assert.doesNotMatch(`${operation} ${table}`, /s3cret/i, text);
    };

  for (const [system, own] of Object.entries(forms)) {
    it(`of ${system}`, () => {
      const texts = planted([...everywhere, ...own]);
      fc.assert(fc.property(texts, holdsNone(dialectOf(system))), { numRuns: 5_000 });
      fc.assert(fc.property(texts, holdsNone(dialectOf('of nobody'))), { numRuns: 5_000 });
    });

    it(`control: of ${system}, read as another's, some do`, () => {
      const other = dialectOf(system === 'postgresql' ? 'oracle.db' : 'postgresql');
      assert.ok(fc.check(fc.property(planted(own), holdsNone(other)), { numRuns: 5_000 }).failed);
    });
  }
});
