import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './ykmake.ts';

interface Sample {
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly value: number;
}

const { parsePage } = await load<{ parsePage(page: string): Map<string, Sample> }>('start/scrape.js');
const only = (page: string): Sample | undefined => [...parsePage(page).values()][0];

test('comments, empty lines and a broken line are no samples', () => {
  const page = '# HELP up Whether it is up\n# TYPE up gauge\n\nup 1\nup{instance="a"\n';
  assert.deepEqual([...parsePage(page)], [['up{}', { name: 'up', labels: {}, value: 1 }]]);
});

test('labels, a timestamp after the value, blanks and a trailing comma', () => {
  const labels = { method: 'GET', status: '200' };
  assert.deepEqual(only('a_total{method="GET",status="200"} 12 1700000000000'), {
    name: 'a_total',
    labels,
    value: 12,
  });
  assert.deepEqual(only('a_total{ method="GET", status="200", }\t12'), {
    name: 'a_total',
    labels,
    value: 12,
  });
});

test('a label value holds braces, commas, quotes, backslashes and line feeds', () => {
  const sample = only(String.raw`a{path="/x{y},\"z\"",file="C:\\new\nline"} 1`);
  assert.deepEqual(sample?.labels, { path: '/x{y},"z"', file: 'C:\\new\nline' });
});

test('values beyond plain numbers', () => {
  const values = (['1e-3', '+Inf', '-Inf', 'NaN', '-0.5'] as const).map(text => only(`a ${text}`)?.value);
  assert.deepEqual(values, [0.001, Infinity, -Infinity, Number.NaN, -0.5]);
});

test('series with the same name and other labels stay apart', () => {
  assert.deepEqual([...parsePage('a{x="1"} 1\na{x="2"} 2\n').keys()], ['a{x="1"}', 'a{x="2"}']);
});

test('a carriage return at the end of a line is no part of the value', () => {
  assert.equal(only('a 5\r\n')?.value, 5);
});
