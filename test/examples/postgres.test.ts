import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startPostgres } from '../database/postgres-server.ts';
import { startApplication, startProgram } from './ykmake.ts';

test('the application on a PostgreSQL server', async t => {
  const postgres = await startPostgres();
  if (postgres === undefined) return t.skip('PostgreSQL was not found');
  t.after(() => postgres.stop());

  await t.test('two instances that start at once create tables and sample data once', async () => {
    const env = { DATABASE_URL: postgres.url };
    const instances = await Promise.all([startApplication(env), startApplication(env)]);
    for (const { url } of instances) {
      const users = await fetch(`${url}/api/users?limit=100`);
      assert.equal(((await users.json()) as unknown[]).length, 50);
    }
    const created = await fetch(`${instances[0].url}/api/projects`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Kept', ownerId: 1, tasks: ['one'] }),
    });
    assert.equal(created.status, 201);
    for (const instance of instances) {
      await instance.stop();
      assert.deepEqual(instance.stderr, []);
    }
  });

  await t.test('an application that starts later finds what is there', async () => {
    const application = await startApplication({ DATABASE_URL: postgres.url });
    const projects = await fetch(`${application.url}/api/projects`);
    assert.equal(((await projects.json()) as unknown[]).length, 11);
    await application.stop();
  });

  await t.test('an application outlives a crash of the server', async () => {
    const application = await startApplication({ DATABASE_URL: postgres.url });
    await postgres.crash();
    assert.equal((await fetch(`${application.url}/api/users/1`)).status, 500);
    await postgres.restart();
    assert.equal((await fetch(`${application.url}/api/users/1`)).status, 200);
    await application.stop();
  });

  await t.test('a database that is not there is said in one line', async () => {
    const url = new URL(postgres.url);
    url.pathname = '/nowhere';
    const program = startProgram(['app.js'], { PORT: '0', DATABASE_URL: url.href });
    assert.equal(await program.ended, 1);
    assert.equal(program.stderr.length, 1);
    assert.match(program.stderr[0] ?? '', /database "nowhere" on .* the server has no such database\./);
  });
});
