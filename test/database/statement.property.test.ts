import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { createDatabaseLabels } from '../../src/database/labels.ts';
import { dialectOf } from '../../src/database/sql-dialects.ts';
import type { Dialect, Scanner, TokenSink } from '../../src/database/sql-scanner.ts';
import { readStatement } from '../../src/database/sql-statement.ts';
import { advance, createScanner } from '../../src/database/sql-tokens.ts';
import { createStatementReader, type Statement } from '../../src/database/statement.ts';
import { createSqlText, sanitiseSql } from '../../src/redaction/sql.ts';
import { everywhere, forms } from '../redaction/sql-literal-forms.ts';
import { bySystem } from './statement-systems.ts';

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
  const written = text.replaceAll('""', '"').replaceAll('``', '`').replaceAll(']]', ']').toLowerCase();
  assert.ok(written.includes(table.replace(/_?\*$/, '').toLowerCase()), table);
};

const SYSTEMS = [
  'postgresql',
  'mysql',
  'microsoft.sql_server',
  'oracle.db',
  'sqlite',
  'cassandra',
  'of nobody',
] as const;

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

describe('the memory of statements', () => {
  const collect: () => void = (() => {
    setFlagsFromString('--expose-gc');
    return runInNewContext('gc');
  })();
  /** Megabytes that reading 20,000 different texts of 4,000 characters leaves behind. */
  const leftBehind = (use: (text: string) => unknown): number => {
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let index = 0; index < 20_000; index++)
      use(Buffer.from(`SELECT ${index}, ${'a'.repeat(4_000)} FROM t${index}`).toString('latin1'));
    collect();
    return (process.memoryUsage().heapUsed - before) / 1e6;
  };

  it('is bounded, with labels and texts of every system', () => {
    const labels = createDatabaseLabels();
    const left = leftBehind(text => labels({ system: 'mysql', text }).shown?.(text));
    assert.ok(left < 15, `${left.toFixed(1)} MB`);
    assert.ok(labels({ system: 'mysql', text: 'SELECT 1' }), 'control: it is still there');
  });

  it('control: what is kept would be seen', () => {
    const kept = new Set<string>();
    const left = leftBehind(text => kept.add(text));
    assert.ok(left > 60, `${left.toFixed(1)} MB`);
    assert.equal(kept.size, 20_000);
  });
});

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
    const quadratic = (text: string): number => {
      const before = process.cpuUsage();
      readStatement(text, undefined, scanner => {
        for (let at = scanner.start; at < text.length; at++) if (text.charCodeAt(at) === 1) return;
      });
      const { user, system } = process.cpuUsage(before);
      return user + system;
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
