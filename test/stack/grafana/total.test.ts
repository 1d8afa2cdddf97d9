import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { sum, total } from '../../../grafana/source/promql.ts';
import { promtool2, promtool3 } from '../programs.ts';
import { interpolate } from './queries.ts';

const expr = interpolate(
  sum(total({ name: 'http_requests_total' }), 'path'),
  { job: 'a', instance: ['$__all'] },
  { range: 600, step: 15, scrape: 15 },
);
const increase = 'sum by (path) (increase(http_requests_total{job="a"}[600s]))';

/** Twenty minutes, a sample in each; the last ten are asked for. */
interface History {
  readonly what: string;
  readonly up: string;
  readonly started: string;
  readonly requests: string;
  readonly expected: number;
}

const histories: readonly History[] = [
  {
    what: 'grows as increase says where the series is old',
    up: '1x20',
    started: '-86400x20',
    requests: '500+10x20',
    expected: 100,
  },
  {
    what: 'counts the first error, which is the only one',
    up: '1x20',
    started: '-86400x20',
    requests: '_x15 1x5',
    expected: 1,
  },
  {
    what: 'counts everything of a process that has begun in this time',
    up: '_x15 1x5',
    started: '_x15 900x5',
    requests: '_x15 7+2x5',
    expected: 17,
  },
  {
    what: 'does not count what an old process had before Prometheus knew it',
    up: '_x12 1x8',
    started: '_x12 -86400x8',
    requests: '_x12 5000x8',
    expected: 0,
  },
  {
    // It is too young to say more: 15, and what increase adds for the edges of the time.
    what: 'follows a series that was born and begins anew as increase does',
    up: '1x20',
    started: '0x15 1000x5',
    requests: '_x12 5+5x3 0+0x4',
    expected: 16,
  },
];

const folder = mkdtempSync(path.join(tmpdir(), 'total-'));
after(() => rmSync(folder, { recursive: true }));

const evaluate = (promtool: string, promql: string, { up, started, requests, expected }: History): string => {
  const file = path.join(folder, 'test.json');
  const labels = 'job="a",instance="b:1"';
  const [input_series, promql_expr_test] = [
    [
      { series: `up{${labels}}`, values: up },
      { series: `process_start_time_seconds{${labels}}`, values: started },
      { series: `http_requests_total{${labels},path="/",status="500"}`, values: requests },
    ],
    [
      {
        expr: `round(${promql})`,
        eval_time: '20m',
        exp_samples: [{ labels: '{path="/"}', value: expected }],
      },
    ],
  ];
  writeFileSync(file, JSON.stringify({ tests: [{ interval: '1m', input_series, promql_expr_test }] }));
  const { status, stdout, stderr } = spawnSync(promtool, ['test', 'rules', file], { encoding: 'utf8' });
  return status === 0 ? '' : stdout + stderr;
};

for (const [name, promtool] of Object.entries({ '2.42': promtool2, '3.x': promtool3 }))
  describe(`the number of requests in a table, with Prometheus ${name}`, { skip: promtool.skip }, () => {
    for (const history of histories)
      it(history.what, () => assert.equal(evaluate(promtool.path, expr, history), ''));

    it('would lack the first error with increase alone', () => {
      const first = histories.find(({ expected }) => expected === 1);
      assert.ok(first);
      assert.notEqual(evaluate(promtool.path, increase, first), '');
    });
  });
