import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dialectOf } from '../../src/database/sql-dialects.ts';
import type { Dialect } from '../../src/database/sql-scanner.ts';
import { readStatement } from '../../src/database/sql-statement.ts';
import { createSqlText } from '../../src/redaction/sql.ts';
import { assertLabels, SYSTEMS } from './statement-fragments.ts';

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
  'EXPLAIN SET FOR ',
  'EXPLAIN FORMAT = a ',
  'BEGIN BATCH ',
  'PREPARE AS ',
  'UPDATE (',
  'DELETE (',
  'x AS (',
  'WITH x AS (SELECT ',
  'x AS (SELECT 1), ',
  'FROM (SELECT ',
  'é',
  '\ud800',
];

/** The same for the other dialects. */
const DIALECTAL = [
  '`',
  '[',
  ']]',
  '[a]',
  '#',
  '/*! a',
  '/*! a */',
  "/*+ a='b' */",
  '/*+ a=\'b" */',
  '//',
  "q'[",
  '$$',
  'P1',
  'f47ac10b-58cc-4372-',
  ':f47ac10b-58cc-4372-',
  'a (',
  'a.',
  'a..',
  'TOP (1) ',
  'JOIN a b ',
  'FROM ',
  'FORMAT ',
  'OR ',
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

  it('grows so in every dialect, for labels and text', () => {
    const cost = (text: string, dialect: Dialect): number => {
      let least = Number.POSITIVE_INFINITY;
      for (let round = 0; round < 4; round++) {
        const before = process.cpuUsage();
        for (let n = 0; n < 3; n++) readStatement(text, dialect, createSqlText().take);
        const { user, system } = process.cpuUsage(before);
        least = Math.min(least, user + system);
      }
      return least;
    };
    const ratioOf = (prefix: string, fragment: string, dialect: Dialect): number => {
      const [small, large] = [4_000, 16_000].map(length => prefix + repeat(fragment, length));
      cost(large ?? '', dialect);
      return (cost(large ?? '', dialect) + 300) / (cost(small ?? '', dialect) + 300);
    };
    for (const system of SYSTEMS)
      for (const prefix of ['', 'UPDATE t SET a FROM ', 'DELETE t '])
        for (const fragment of DIALECTAL) {
          const ratio = ratioOf(prefix, fragment, dialectOf(system));
          // Four times the text: 4 is linear, 16 quadratic.
          assert.ok(ratio < 11, `${system}: ${prefix}${fragment}: ${ratio.toFixed(1)} times the work`);
        }
  });

  it('control: a reader of all that follows each token would be seen', () => {
    /** The least of four rounds, as above: one alone may have been disturbed. */
    const quadratic = (text: string): number => {
      let least = Number.POSITIVE_INFINITY;
      for (let round = 0; round < 4; round++) {
        const before = process.cpuUsage();
        readStatement(text, undefined, scanner => {
          for (let at = scanner.start; at < text.length; at++) if (text.charCodeAt(at) === 1) return;
        });
        const { user, system } = process.cpuUsage(before);
        least = Math.min(least, user + system);
      }
      return least;
    };
    quadratic(repeat('a,', 16_000));
    const ratio = (quadratic(repeat('a,', 16_000)) + 300) / (quadratic(repeat('a,', 4_000)) + 300);
    assert.ok(ratio > 11, `${ratio.toFixed(1)} times the work`);
  });

  it('does not need a deep stack', () => {
    const descend = (depth: number): void =>
      depth === 0
        ? SYSTEMS.forEach(system => {
            for (const fragment of [...NASTY, ...DIALECTAL])
              for (const text of [repeat(fragment, 16_000), fragment.repeat(1_000)])
                readStatement(text, dialectOf(system), createSqlText().take);
          })
        : descend(depth - 1);
    descend(5000);
  });
});
