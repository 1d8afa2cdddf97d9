import assert from 'node:assert/strict';
import { test } from 'node:test';
import { metric } from '../page.ts';
import { countsOf, gapsOf, spanOf } from './compare.ts';
import { type Ledger, type Row, routeCases } from './ledger.ts';
import { isNewest, ledgers } from './ledgers.ts';
import { usualOutcomes } from './outcomes.ts';
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

test('a kind of route or of failure is there, or a reason why not, and not both', () => {
  const reasons = Object.fromEntries(Object.keys(routeCases).map(name => [name, 'There is none.']));
  const { nested: _, '404': __, 'static files': ___, ...without } = reasons;
  const { pass: ____, ...outcomes } = usualOutcomes;
  const withoutFailing = { pass: 'Nothing is passed on.' };
  assert.deepEqual(gapsOf({ rows, without, outcomes, withoutFailing }), []);
  assert.deepEqual(gapsOf({ rows, without, outcomes: usualOutcomes }), []);
  assert.deepEqual(
    gapsOf({ rows: rows.slice(1, 3), without: { ...without, '404': 'There is one.' }, outcomes }),
    [
      '404: is there, with a reason why not',
      'static files: is not there, without a reason',
      'pass: is not there, without a reason',
    ],
  );
});

test('no name is there twice', () => {
  const names = ledgers.map(({ name }: Ledger) => name);
  assert.deepEqual(names, [...new Set(names)]);
});

test('of each framework one version is the newest, which runs everywhere and in every mode', () => {
  const newest = new Set(ledgers.filter(isNewest).map(({ name }) => name));
  for (const name of ['Express 5', 'Fastify 5', 'Koa 3', 'node:http', 'node:https'])
    assert.ok(newest.has(name), name);
  for (const name of ['Express 4', 'Express 5.1', 'Fastify 4', 'Koa 2']) assert.ok(!newest.has(name), name);
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
