import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, suite, test } from 'node:test';
import { descendants, leftOver, type Program, startApplication, startProgram } from './ykmake.ts';

interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: an answer has the shape that the test says it has
  readonly body: any;
}

test('it listens on the address in HOST, and says so', async t => {
  const application = await startApplication({ HOST: '127.0.0.2' });
  t.after(() => application.stop());
  assert.match(application.url, /^http:\/\/127\.0\.0\.2:\d+$/);
  assert.equal((await fetch(`${application.url}/health`)).status, 200);
  await assert.rejects(fetch(application.url.replace('127.0.0.2', '127.0.0.1')), /fetch failed/);
});

suite('the application on its embedded database', () => {
  let application: Program & { url: string };
  before(async () => {
    application = await startApplication();
  });
  after(() => application.stop());

  const ask = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const response = await fetch(application.url + path, {
      method,
      ...(body === undefined
        ? {}
        : {
            body: typeof body === 'string' ? body : JSON.stringify(body),
            headers: { 'content-type': 'application/json' },
          }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  };
  const statusOf = async (...request: Parameters<typeof ask>): Promise<number> =>
    (await ask(...request)).status;

  test('it says in one line where it listens', () => {
    assert.deepEqual(application.stdout, [`YkMake listens on ${application.url}`]);
    assert.deepEqual(application.stderr, []);
  });

  test('there are 50 users, 10 projects and 200 tasks', async () => {
    const { body: users } = await ask('GET', '/api/users?limit=100');
    const { body: projects } = await ask('GET', '/api/projects?limit=100');
    const { body: summary } = await ask('GET', '/api/reports/summary');
    assert.equal(users.length, 50);
    assert.equal(projects.length, 10);
    assert.deepEqual(projects[0], { id: 1, name: 'Project 1', owner: 'User 1' });
    assert.equal(
      summary.reduce((sum: number, { tasks }: { tasks: number }) => sum + tasks, 0),
      200,
    );
    assert.deepEqual(await ask('GET', '/health'), { status: 200, body: { status: 'ok' } });
  });

  test('a user is created, read, changed and deleted', async () => {
    const { status, body: user } = await ask('POST', '/api/users', {
      name: ' Ada ',
      email: 'Ada@Example.org',
    });
    assert.equal(status, 201);
    assert.deepEqual(user, { id: user.id, name: 'Ada', email: 'ada@example.org' });
    const path = `/api/users/${user.id}`;
    assert.deepEqual((await ask('PATCH', path, { name: 'Ada L.' })).body, { ...user, name: 'Ada L.' });
    assert.equal((await ask('GET', path)).body.name, 'Ada L.');
    assert.equal(await statusOf('DELETE', path), 204);
    assert.equal(await statusOf('GET', path), 404);
    assert.equal(await statusOf('PATCH', path, { name: 'Nobody' }), 404);
    assert.equal(await statusOf('DELETE', path), 404);
  });

  test('a project is created with its tasks in one transaction, or not at all', async () => {
    const { status, body: project } = await ask('POST', '/api/projects', {
      name: 'Bridge',
      ownerId: 2,
      tasks: ['a', 'b'],
    });
    assert.equal(status, 201);
    assert.equal(project.tasks, 2);
    assert.equal((await ask('GET', `/api/projects/${project.id}/tasks`)).body.length, 2);
    assert.equal((await ask('GET', `/api/projects/${project.id}`)).body.owner, 'User 2');
    assert.equal(await statusOf('POST', '/api/projects', { name: 'Bridge', ownerId: 2 }), 409);
    assert.equal(
      await statusOf('POST', '/api/projects', { name: 'Tunnel', ownerId: 99_999, tasks: ['a'] }),
      409,
    );
    assert.equal(await statusOf('PATCH', `/api/projects/${project.id}`, { name: 'Tunnel' }), 200);
    assert.equal(await statusOf('DELETE', `/api/projects/${project.id}`), 204);
    assert.deepEqual((await ask('GET', `/api/projects/${project.id}/tasks`)).body, []);
  });

  test('a task belongs to the project in its path', async () => {
    const tasks = '/api/projects/3/tasks';
    const { status, body: task } = await ask('POST', tasks, { title: 'Paint', assigneeId: 5 });
    assert.equal(status, 201);
    assert.deepEqual(task, { id: task.id, project_id: 3, assignee_id: 5, title: 'Paint', status: 'open' });
    assert.deepEqual((await ask('GET', `${tasks}/${task.id}`)).body, task);
    assert.equal(await statusOf('GET', `/api/projects/4/tasks/${task.id}`), 404);
    assert.equal((await ask('PATCH', `${tasks}/${task.id}`, { status: 'done' })).body.status, 'done');
    const { body: done } = await ask('GET', `${tasks}?status=done&limit=100`);
    assert.ok(
      done.some(
        ({ id, assignee }: { id: number; assignee: string }) => id === task.id && assignee === 'User 5',
      ),
    );
    const { body: ofUser } = await ask('GET', '/api/users/5/tasks?limit=100');
    assert.ok(
      ofUser.some(
        ({ id, project }: { id: number; project: string }) => id === task.id && project === 'Project 3',
      ),
    );
    assert.equal(await statusOf('DELETE', `${tasks}/${task.id}`), 204);
  });

  test('what the visitor does wrong is answered with 400, 404 or 409', async () => {
    assert.equal(await statusOf('GET', '/api/users/me'), 400);
    assert.equal(await statusOf('GET', '/api/users/0'), 400);
    assert.equal(await statusOf('GET', '/api/users/99999999999'), 400);
    assert.equal(await statusOf('GET', '/api/users?limit=101'), 400);
    assert.equal(await statusOf('GET', '/api/projects/1/tasks?status=lost'), 400);
    assert.equal(await statusOf('POST', '/api/users'), 400);
    assert.equal(await statusOf('POST', '/api/users', '{"name":'), 400);
    assert.equal(await statusOf('POST', '/api/users', { name: 'X', email: 'nowhere' }), 400);
    assert.equal(await statusOf('POST', '/api/projects', { name: 'X', ownerId: 1, tasks: [''] }), 400);
    assert.equal(await statusOf('POST', '/api/users', { name: 'Twin', email: 'user1@ykmake.example' }), 409);
    assert.equal(await statusOf('DELETE', '/api/users/1'), 409, 'the owner of a project');
    assert.deepEqual(await ask('GET', '/api/nothing'), {
      status: 404,
      body: { error: 'Nothing answers GET /api/nothing.' },
    });
  });

  test('the slow report answers, and the broken one fails without telling why', async () => {
    assert.equal((await ask('GET', '/api/reports/slow')).body.length, 10);
    assert.deepEqual(await ask('GET', '/api/reports/broken'), {
      status: 500,
      body: { error: 'Something went wrong on our side.' },
    });
    await application.said(/error.*: GET \/api\/reports\/broken failed: Cannot read properties/);
  });

  test('many requests at once do not mix their rows', async () => {
    const ids = Array.from({ length: 200 }, (_, index) => 1 + (index % 50));
    const answers = await Promise.all(ids.map(id => ask('GET', `/api/users/${id}`)));
    assert.deepEqual(
      answers.map(({ body }) => body.id),
      ids,
    );
  });
});

suite('the application and its embedded database end together', () => {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    test(`by ${signal}`, async t => {
      const application = await startApplication();
      t.after(() => application.stop());
      const database = descendants(application.pid);
      assert.equal(database.length, 1);
      application.child.kill(signal);
      await application.ended;
      assert.deepEqual(await leftOver(database), []);
    });
  }

  test('the application says so when the database goes away', async t => {
    const application = await startApplication();
    t.after(() => application.stop());
    for (const pid of descendants(application.pid)) process.kill(pid, 'SIGKILL');
    assert.equal(await application.ended, 1);
    assert.deepEqual(application.stderr, ['YkMake ends: its embedded database went away.']);
  });
});

suite('what keeps the application from starting is said in one line', () => {
  const failure = async (env: Record<string, string>): Promise<string> => {
    const program = startProgram(['app.js'], { PORT: '0', ...env });
    const watch = setInterval(() => family.push(...descendants(program.pid)), 200);
    const family: number[] = [];
    assert.equal(await program.ended, 1);
    clearInterval(watch);
    assert.deepEqual(await leftOver(family), []);
    assert.deepEqual(program.stdout, []);
    assert.equal(program.stderr.length, 1, program.stderr.join('\n'));
    return program.stderr[0] ?? '';
  };

  test('a database that nobody serves; its password stays secret', async () => {
    const said = await failure({ DATABASE_URL: 'postgres://ada:secret@127.0.0.1:1/shop' });
    assert.match(
      said,
      /database "shop" on 127\.0\.0\.1:1 as user "ada".*nothing listens there\. Start the server/,
    );
    assert.doesNotMatch(said, /secret/);
  });

  test('an address that is none', async () => {
    for (const url of ['shop', 'mysql://ada:secret@127.0.0.1/shop', 'postgres://ada:secret@[/shop']) {
      const said = await failure({ DATABASE_URL: url });
      assert.match(said, /DATABASE_URL is not .* write postgres:\/\/user:password@host:5432\/name/);
      assert.doesNotMatch(said, /secret/);
    }
  });

  test('a port that is none', async () => {
    assert.match(await failure({ PORT: 'http' }), /PORT is "http", which is no port/);
  });

  test('a port that is taken', async t => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    t.after(() => other.close());
    const address = other.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    assert.match(
      await failure({ PORT: String(port) }),
      new RegExp(`cannot listen on 127\\.0\\.0\\.1:${port}: the port is taken`),
    );
  });

  test('an address of another machine', async () => {
    assert.match(
      await failure({ HOST: '192.0.2.1' }),
      /cannot listen on 192\.0\.2\.1:0: that is no address of this machine\. Set HOST/,
    );
  });
});
