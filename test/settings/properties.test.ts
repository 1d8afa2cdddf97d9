import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readSettings, type SettingsReport } from '../../src/settings/read.ts';
import { table } from '../../src/settings/table.ts';

const names = Object.values(table).map(({ name }) => name);
// Line breaks of every kind, controls and halves of surrogate pairs would break or forge a line of a log.
const breaksTheLine = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u;

// Close to good values, so that the parsers are entered and not only refused at their door.
const nearlyGood = fc
  .array(
    fc.constantFrom(
      ...[
        'http://',
        'https://',
        'a',
        ':',
        '@',
        '/',
        '?',
        '#',
        '=',
        ',',
        '%',
        '%0a',
        '%zz',
        '.',
        '-',
        '1',
        '0',
      ],
      ...[
        '9464',
        '{traceId}',
        '{',
        'none',
        'otlp',
        'prometheus',
        'pg',
        'true',
        '[::1]',
        '__proto__',
        '\u0000',
      ],
    ),
    { maxLength: 12 },
  )
  .map(parts => parts.join(''));
const value = fc.oneof(
  nearlyGood,
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: 'grapheme' }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 50 })
    .map(units => String.fromCharCode(...units)),
);

const environment = fc.dictionary(
  fc.oneof(
    { weight: 10, arbitrary: fc.constantFrom(...names) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary' }).map(end => `MONITORING_${end}`) },
  ),
  value,
  { minKeys: 1, maxKeys: 20 },
);

test('no text in any variable makes reading throw, break a line or leave something unfrozen', () => {
  fc.assert(fc.property(environment, holds), { numRuns: 3000 });
});

test('every variable survives every kind of text', () => {
  fc.assert(
    fc.property(value, text => holds(Object.fromEntries(names.map(name => [name, text])))),
    { numRuns: 500 },
  );
});

test('a megabyte in every variable costs one short line each, at most, and no noticeable time', () => {
  const pieces = [
    'x',
    ',',
    '=',
    'a=b,',
    '1,',
    'pg,',
    '%',
    'a.',
    '\u001b[2J',
    '\u{1f4a9}',
    '@',
    '{traceId}',
    '9',
  ];
  for (const piece of pieces) {
    const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
    const started = performance.now();
    for (const name of names) holds({ [name]: text });
    holds({ [`MONITORING_${text}`]: text });
    const milliseconds = (performance.now() - started) / names.length;
    assert.ok(milliseconds < 500, `${JSON.stringify(piece)}: ${milliseconds} ms for one variable`);
  }
});

function holds(given: Record<string, string>): void {
  const report: SettingsReport = readSettings(given);
  for (const line of report.complaints) {
    assert.doesNotMatch(line, breaksTheLine);
    assert.ok(line.length <= 300, `${line.length} characters: ${line}`);
  }
  assertFrozen(report);
  assert.deepEqual(Object.keys(report.settings), Object.keys(table));
}

function assertFrozen(part: unknown): void {
  if (typeof part !== 'object' || part === null) return;
  assert.ok(Object.isFrozen(part));
  Object.values(part).forEach(assertFrozen);
}
