import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { databasesPage } from '../../scripts/databases-page.ts';
import { databases } from '../../src/settings/instrumentation-names.ts';
import { root } from '../child.ts';
import type { Case, ClientLedger, OrmLedger } from './ledger.ts';
import { allClientLedgers, clientLedgers } from './ledgers.ts';
import { ormLedgers } from './orm-ledgers.ts';
import { caseFiles, readCases } from './read-cases.ts';

const client = (name: string, changed: Partial<ClientLedger> = {}): ClientLedger => ({
  name,
  adapter: name,
  database: 'SomeSQL',
  cases: [name],
  folders: ['databases', 'databases-older'],
  packages: [name],
  testedAgainst: 'a real SomeSQL',
  observedBy: 'its channels',
  names: ['By its SQL.'],
  span: ['From the packet to the answer.'],
  limits: [],
  ...changed,
});

const orm: OrmLedger = {
  name: 'Some ORM',
  cases: 'some-orm',
  packages: ['some-orm'],
  clients: ['one', 'two', 'never'],
  notes: ['It asks for the time first.'],
};

const pageOf = (clients: readonly ClientLedger[], casesOf: (file: string, on: string) => readonly Case[]) =>
  databasesPage({
    clients,
    orms: [orm],
    casesOf,
    versionsOf: (folders, packages) => packages.map(name => `${name} of ${folders.join(' and ')}`),
  });

const sectionOf = (page: string, from: string, to: string): string =>
  page.slice(page.indexOf(from), page.indexOf(to, page.indexOf(from) + 1));

test('a section has what its ledger says, and its cases as they are counted', () => {
  const page = pageOf([client('one'), client('two', { limits: ['The weather.'] })], (_, on) =>
    on === 'one'
      ? [
          { kind: 'a | b', calls: ['BEGIN none', 'SELECT a', 'SELECT b failed', 'SELECT a'] },
          { kind: 'nothing', calls: [] },
        ]
      : [{ kind: 'c', calls: ['SELECT c'] }],
  );
  assert.equal(
    sectionOf(page, '## one\n', '## ORMs'),
    `## one

| call | is counted as |
| --- | --- |
| a \\| b | \`BEGIN none\`, 2 × \`SELECT a\`, \`SELECT b\` (an error) |
| nothing | nothing |

Names:

- By its SQL.

Time:

- From the packet to the answer.

## two

| call | is counted as |
| --- | --- |
| c | \`SELECT c\` |

Names:

- By its SQL.

Time:

- From the packet to the answer.

Not seen:

- The weather.

`,
  );
});

test('the table of clients says versions, server, ORMs and switch', () => {
  const page = pageOf([client('one', { packages: [] }), client('three')], () => []);
  const row = (name: string, versions: string, orms: string): string =>
    `| [${name}](#${name}) | SomeSQL | ${versions} | a real SomeSQL | its channels | ${orms} | \`${name}\` |\n`;
  assert.ok(page.includes(row('three', 'three of databases and databases-older', '–')), page);
  assert.ok(page.includes('| [one](#one) | SomeSQL |'), page);
});

test('an ORM is told once for its clients, and where they differ; clients without an adapter are left out', () => {
  const page = pageOf([client('one'), client('two')], (_, on) => [
    { kind: 'same', calls: ['SELECT a'] },
    { kind: 'begin', calls: [on === 'one' ? 'BEGIN none' : 'START none'] },
  ]);
  assert.ok(page.includes('| [Some ORM](#some-orm) | some-orm of orms | one, two |\n'), page);
  assert.ok(
    page.endsWith(`### Some ORM

| call | is counted as |
| --- | --- |
| same | \`SELECT a\` |
| begin (one) | \`BEGIN none\` |
| begin (two) | \`START none\` |

- It asks for the time first.
`),
    page,
  );
});

test('examples of names are what the code makes of them', () => {
  const page = pageOf([], () => []);
  assert.ok(page.includes('| `SELECT "id" FROM "User"` | `SELECT` | `User` |'), page);
  assert.ok(page.includes('| `` SELECT * FROM `shop`.`Order Lines` `` | `SELECT` | `Order Lines` |'), page);
  assert.ok(page.includes('The first 200 tables and 100 operations'), page);
});

test('every client that has an adapter says how its calls are named and timed', async () => {
  assert.deepEqual([...new Set(clientLedgers.map(({ adapter }) => adapter))], [...databases]);
  const casesOf = await readCases();
  for (const { name, adapter, names, span, cases } of clientLedgers) {
    assert.ok(names.length > 0 && span.length > 0, `test/database/ledgers has no sentences for ${name}`);
    for (const file of cases) assert.notDeepEqual(casesOf(file, adapter), [], `${file} has no cases`);
  }
});

test('no client that an ORM names is left out of its tests by a wrong name', () => {
  const known = new Set(allClientLedgers.map(({ adapter }) => adapter));
  for (const { name, clients } of ormLedgers)
    for (const adapter of clients) assert.ok(known.has(adapter), `${name} on ${adapter}`);
});

test('no file of cases is left out of the page', () => {
  // Not of the matrix: slow calls, and pools.
  const others = ['pg-pool', 'mysql2-pool', 'slow'];
  const told = new Set([
    ...clientLedgers.flatMap(({ cases }) => cases),
    ...ormLedgers.map(({ cases }) => cases),
  ]);
  assert.deepEqual(
    caseFiles.filter(file => !others.includes(file) && !told.has(file)),
    [],
  );
});

test('what docs/databases.md links to is there', () => {
  const page = readFileSync(path.join(root, 'docs/databases.md'), 'utf8');
  const anchors = new Set(
    [...page.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replace(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    ),
  );
  for (const [, anchor = ''] of page.matchAll(/\]\(#(.*?)\)/g)) assert.ok(anchors.has(anchor), anchor);
});
