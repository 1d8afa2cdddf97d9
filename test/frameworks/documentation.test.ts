import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frameworksPage } from '../../scripts/frameworks-page.ts';
import type { Ledger } from './ledger.ts';
import { usualOutcomes } from './outcomes.ts';

const version = (name: string, changed: Partial<Ledger> = {}): Ledger => ({
  name,
  adapter: 'web',
  observedBy: 'its hooks',
  from: '.',
  routing: 'web.mjs',
  rows: [
    { case: 'nested', request: 'GET /orgs/42', path: '/orgs/:org', status: 200 },
    { case: 'guard', request: 'GET /admin', path: 'unmatched', status: 401 },
    { case: 'static files', request: 'GET /a|b.svg', path: '/a|b.svg', status: 200, folded: true },
  ],
  without: { array: 'A route has one path.' },
  failing: 'web.mjs',
  outcomes: usualOutcomes,
  ...changed,
});

const sectionOf = (...ledgers: readonly Ledger[]): string => {
  const page = frameworksPage([{ name: 'Web', ledgers }], ledger => [`web ${ledger.name.slice(4)}.0`]);
  return page.slice(page.indexOf('## Web'), page.indexOf('\n## What is not listed'));
};

test('a section has what its ledger says: routes, errors, what there is not', () => {
  assert.equal(
    sectionOf(version('Web 1', { limits: ['Plugins are not seen.'] })),
    `## Web

| case | request | route | status |
| --- | --- | --- | --- |
| nested | \`GET /orgs/42\` | \`/orgs/:org\` | 200 |
| guard | \`GET /admin\` | \`unmatched\` | 401 |
| static files | \`GET /a\\|b.svg\` | \`/a\\|b.svg\` * | 200 |

Errors: as [in all](#errors).

It does not have:

- array: A route has one path.

Limits:

- No route is known of: static files. Folded paths are counted.
- Plugins are not seen.
`,
  );
});

test('versions that differ are told apart, beside what they have in common', () => {
  const first = version('Web 1');
  const [nested, ...others] = first.rows;
  const section = sectionOf(
    first,
    version('Web 2', {
      rows: [
        { ...nested, case: 'nested', request: 'GET /orgs/42', path: '/orgs/{org}', status: 200 },
        ...others,
      ],
      without: {},
      outcomes: { ...usualOutcomes, throw: { answer: 'cut', failure: { status: 499, message: null } } },
    }),
  );
  assert.match(
    section,
    /\| nested \(Web 1\) \| .* `\/orgs\/:org` \| 200 \|\n\| nested \(Web 2\) \| .* `\/orgs\/\{org\}` \| 200 \|\n\| guard \|/,
  );
  assert.match(
    section,
    /\| a handler throws \(Web 2\) \| a connection that is closed \| the answer without an error, with status 499 \|/,
  );
  assert.match(section, /- array: A route has one path\. \(Web 1\)/);
});

test('the table of all says how each is observed, and how it is switched off', () => {
  const alone = version('Bare', { rows: [], outcomes: {}, limits: [] });
  const { adapter: _, observedBy: __, ...bare } = alone;
  const page = frameworksPage(
    [
      { name: 'Web', ledgers: [version('Web 1')] },
      { name: 'Without a framework', ledgers: [bare] },
    ],
    ({ name }) => (name === 'Bare' ? [] : ['web 1.0.0', 'plugin 2.0.0']),
  );
  assert.ok(
    page.includes(
      '| [Web 1](#web) | web 1.0.0, plugin 2.0.0 | templates | the error itself | its hooks | `web` |\n' +
        '| [Bare](#without-a-framework) | the Node.js that runs it | folded paths | failed answers | the HTTP server alone | `http` |\n',
    ),
    page,
  );
});
