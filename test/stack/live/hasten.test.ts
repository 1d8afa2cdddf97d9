import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { prometheusFolder } from '../prometheus/shipped.ts';
import { hastened } from './hasten.ts';

const rule = `groups:
  - name: slow
    interval: 1m
    rules:
      - alert: TooMany
        expr: |
          rate(a_total{path=~"[5m]x"}[5m]) / 300 > 0.1
          and avg_over_time(b:rate5m[1h:5m] offset 15m) > 5
          and (up offset 5m == 1 or time() - process_start_time_seconds < 900)
        for: 10m
        labels: { window: 1h }
`;

test('all durations of a rule are divided, and nothing else is changed', () => {
  const [group] = parse(hastened(rule, 60)).groups;
  const [alert] = group.rules;
  assert.equal(group.interval, '1s');
  assert.equal(alert.for, '10000ms');
  assert.deepEqual(alert.labels, { window: '1h' });
  assert.equal(
    alert.expr,
    [
      'rate(a_total{path=~"[5m]x"}[5000ms]) / 5 > 0.1',
      'and avg_over_time(b:rate5m[60000ms:5000ms] offset 15000ms) > 5',
      'and (up offset 5000ms == 1 or time() - process_start_time_seconds < 15)',
      '',
    ].join('\n'),
  );
});

test('no shipped rule keeps a duration of its own', () => {
  for (const file of globSync('rules/*.yml', { cwd: prometheusFolder })) {
    const text = hastened(readFileSync(`${prometheusFolder}/${file}`, 'utf8'), 60);
    for (const { rules } of parse(text).groups)
      for (const { expr, for: duration } of rules) {
        assert.match(duration ?? '0ms', /^\d+ms$/, file);
        assert.doesNotMatch(
          expr,
          /[[:]\d+[smhdwy]\b|offset \d+[smhdwy]\b|[/*] 300\b|seconds < (300|900)\b/,
          file,
        );
      }
  }
});
