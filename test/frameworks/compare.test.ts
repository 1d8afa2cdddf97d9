import assert from 'node:assert/strict';
import { test } from 'node:test';
import { metric } from '../page.ts';
import { countsOf, gapsOf, spanOf } from './compare.ts';
import { type Ledger, type Row, routeCases } from './ledger.ts';
import { ledgers } from './ledgers.ts';
import { linesOf } from './table.ts';

const rows: readonly Row[] = [
  { case: 'nested', request: 'GET /orgs/42/users/7', path: '/orgs/:org/users/:id', status: 200 },
  { case: 'nested', request: 'GET /orgs/43/users/8', path: '/orgs/:org/users/:id', status: 200 },
  { case: '404', request: 'PROPFIND /nowhere', path: 'unmatched', status: 404 },
  { case: 'static files', request: 'GET /logo.svg', path: '/logo.svg', status: 200, folded: true },
];

const page = `# TYPE http_requests_total counter
http_requests_total{method="GET",path="/orgs/:org/users/:id",status="200"} 2
http_requests_total{method="_OTHER",path="unmatched",status="404"} 1
http_requests_total{method="GET",path="/logo.svg",status="200"} 1
`;

test('a page that says what the rows say is equal', () => {
  assert.deepEqual(metric(page, 'http_requests_total'), countsOf(rows));
});

test('negative control: one wrong row is noticed, whatever is wrong with it', () => {
  const [first, ...others] = rows as [Row, ...Row[]];
  const wrong: Readonly<Record<string, readonly Row[]>> = {
    'another path': [{ ...first, path: '/orgs/:org' }, ...others],
    'another status': [{ ...first, status: 404 }, ...others],
    'another method': [{ ...first, request: 'HEAD /orgs/42/users/7' }, ...others],
    'one too many': [first, ...rows],
    'one missing': others,
    'none at all': [],
  };
  for (const [what, changed] of Object.entries(wrong))
    assert.notDeepEqual(metric(page, 'http_requests_total'), countsOf(changed), what);
});

test('a span has the route in its name, and neither a folded path nor unmatched', () => {
  assert.deepEqual(rows.map(spanOf), [
    { name: 'GET /orgs/:org/users/:id', route: '/orgs/:org/users/:id', status: 200, isError: false },
    { name: 'GET /orgs/:org/users/:id', route: '/orgs/:org/users/:id', status: 200, isError: false },
    { name: 'HTTP', route: undefined, status: 404, isError: false },
    { name: 'GET', route: undefined, status: 200, isError: false },
  ]);
});

test('a kind of route has rows or a reason to have none, and not both', () => {
  const reasons = Object.fromEntries(Object.keys(routeCases).map(name => [name, 'There is none.']));
  const { nested: _, '404': __, 'static files': ___, ...without } = reasons;
  assert.deepEqual(gapsOf({ rows, without }), []);
  assert.deepEqual(gapsOf({ rows: rows.slice(1, 3), without: { ...without, '404': 'There is one.' } }), [
    '404: has rows and a reason to have none',
    'static files: has neither a row nor a reason',
  ]);
});

test('no name is there twice', () => {
  const names = ledgers.map(({ name }: Ledger) => name);
  assert.deepEqual(names, [...new Set(names)]);
});

test('rows become lines with columns', () => {
  assert.equal(
    linesOf([
      ['Koa 3', 'GET /a', 200],
      ['Koa 3', 'GET /a/long', 404],
    ]),
    'Koa 3  GET /a       200\nKoa 3  GET /a/long  404',
  );
});
