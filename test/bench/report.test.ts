import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reportText, spreadText } from '../../bench/report.ts';

test('a report is Markdown with its method, its tables and whether each goal was reached', () => {
  const text = reportText({
    title: 'Requests',
    method: ['Load: some.', 'Rounds: 9.'],
    tables: [
      {
        caption: 'Express',
        head: ['variant', 'µs'],
        rows: [
          ['bare', '58.1'],
          ['ours, metrics only', '61.0'],
        ],
      },
    ],
    goals: [
      { goal: 'at most 1.15', measured: '1.05', reached: true },
      { goal: 'at most 60 ms', measured: '81 ms', reached: false },
    ],
  });
  assert.equal(
    text,
    `## Requests

Load: some.
Rounds: 9.

Express

| variant            |   µs |
| ------------------ | ---: |
| bare               | 58.1 |
| ours, metrics only | 61.0 |

- reached: at most 1.15 (measured: 1.05)
- NOT REACHED: at most 60 ms (measured: 81 ms)`,
  );
});

test('a report without goals ends with its table', () => {
  const table = { caption: 'Time', head: ['a'], rows: [['b']] };
  const text = reportText({ title: 'Profile', method: ['Load.'], tables: [table], goals: [] });
  assert.match(text, /\| b {3}\|$/);
});

test('a spread is written with its middle between its ends', () => {
  assert.equal(spreadText({ min: 1.004, median: 1.087, max: 1.2 }, 2), '1.00 / 1.09 / 1.20');
});
