import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type App, register, root, startApp, startChild } from '../child.ts';
import { type NodeVersion, node20, node22, node22Old, node24, node26, testOn } from '../node-versions.ts';
import { metric } from '../page.ts';
import { type Database, startDatabase } from './database.ts';
import { assertLines, reported } from './reported.ts';

const fixture = (name: string): string => path.join(root, 'test/fixtures/preload', name);
const tsx = path.join(root, 'node_modules/tsx/dist/cli.mjs');

interface Kind {
  readonly name: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly versions: readonly NodeVersion[];
}

const supported = [node22Old, node22, node24, node26];
const kinds: readonly Kind[] = [
  { name: 'ESM', args: ['--import', register, fixture('users-esm.mjs')], versions: [node20, ...supported] },
  {
    name: 'CommonJS',
    args: ['--import', register, fixture('users-cjs.cjs')],
    versions: [node20, ...supported],
  },
  {
    name: 'ESM with top-level await',
    args: ['--import', register, fixture('users-top-level-await.mjs')],
    versions: [node20, ...supported],
  },
  {
    name: 'stripped types',
    args: ['--import', register, fixture('users-types.ts')],
    versions: [node22, node24, node26],
  },
  {
    name: 'tsx, then the preload',
    args: ['--import', 'tsx', '--import', register, fixture('users-enum.ts')],
    versions: supported,
  },
  {
    name: 'the preload, then tsx',
    args: ['--import', register, '--import', 'tsx', fixture('users-enum.ts')],
    versions: supported,
  },
  {
    name: 'the tsx command with NODE_OPTIONS',
    args: [tsx, fixture('users-enum.ts')],
    env: { NODE_OPTIONS: `--import=${register}` },
    versions: supported,
  },
];

describe('application kinds', { concurrency: 2 }, () => {
  let database: Database;
  before(async () => {
    database = await startDatabase();
  });
  after(() => database.stop());

  for (const { name, args, env, versions } of kinds) {
    for (const version of versions) {
      testOn(version, name, async node => {
        const app = await startApp('', {
          node,
          args,
          group: true,
          env: { ...env, DATABASE_URL: database.url },
        });
        try {
          await measured(app);
          const expected = [/ metrics at /];
          if (version === node20) expected.unshift(/ is not supported .* works as far as it can$/);
          assertLines(reported(app), expected);
        } finally {
          await app.stop();
        }
      });
    }
  }

  test('control: without the preload nothing is said, served or counted', async () => {
    const child = startChild({ args: [fixture('users-esm.mjs')], env: { DATABASE_URL: database.url } });
    try {
      const [, port] = await child.output(/^listening (\d+)$/m);
      const answer = await fetch(`http://127.0.0.1:${port}/users/42`);
      assert.deepEqual(await answer.json(), { id: '42' });
      assert.deepEqual(reported(child), []);
    } finally {
      await child.stop();
    }
  });
});

/** One request, and what the page says of it. */
const measured = async (app: App): Promise<void> => {
  const answer = await fetch(`${app.url}/users/42`);
  assert.deepEqual(await answer.json(), { id: '42' });
  const page = await app.scrape();
  assert.deepEqual(metric(page, 'http_requests_total'), {
    '{method="GET",path="/users/:id",status="200"}': 1,
  });
  assert.equal(
    metric(page, 'db_query_duration_seconds_count')['{operation="SELECT",table="users"}'],
    1,
    page,
  );
};
