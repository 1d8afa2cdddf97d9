import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { type Child, register, root, startChild } from '../child.ts';
import { startPglite } from '../database/pglite-server.ts';
import type { DatabaseServer } from '../database/postgres-server.ts';
import { expressCases } from '../http/express-cases.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../otlp-receiver.ts';
import { get, post, talk } from './conversations.ts';

const last = 'connection: close\r\n';
const asked = (...targets: readonly string[]): readonly string[] => targets.map(target => get(target, last));

const ofExpress = expressCases.map(([request]) => {
  const [method = '', target = ''] = request.split(' ');
  return method === 'POST!' ? post(target, '{', last) : get(target, last).replace('GET', method);
});

interface Application {
  readonly script?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Each is sent over a connection of its own, when the one before is answered. */
  readonly requests: readonly string[];
}

/**
 * Every fixture that answers with what is the application's: no process id, no trace id, no metrics. The one with all
 * the conversations is in answers.test.ts.
 */
const applications: Readonly<Record<string, Application>> = {
  ...Object.fromEntries(
    ['test/fixtures/express-4', 'test/fixtures/express-5.1', '.'].map(from => [
      `http/express.mjs with Express of ${from}`,
      {
        script: 'http/express.mjs',
        env: { EXPRESS_FROM: path.join(root, from) },
        requests: [
          ...ofExpress,
          ...asked('/files/a/b.txt', '/files/', '/%', '/..%2f', `/${'a'.repeat(8_000)}`),
        ],
      },
    ]),
  ),
  'http/express.cjs': { requests: asked('/shops/1/items/2', '/nowhere') },
  'http/raw.mjs': { requests: asked('/ok', '/users/42', '/created', '/boom', '/any/1', '/nowhere?a=1') },
  'traces/answers.mjs': {
    requests: [
      ...asked('/stock', '/streamed', '/unavailable', '/teapot', '/rejects', '/odd', '/nowhere'),
      get('/stock', last).replace('GET', 'HEAD'),
      get('/stock', last).replace('GET', 'PROPFIND'),
      post('/upload', '{"a":1}', last),
      post('/upload', '{"a"', last),
    ],
  },
  'traces/shop.mjs': { requests: asked('/stock', '/boom', '/query', '/refused', '/nowhere') },
  'otlp/app.mjs': { requests: asked('/', '/load?40') },
  'preload/users-esm.mjs': { requests: asked('/users/1', '/nowhere') },
  'preload/users-cjs.cjs': { requests: asked('/users/1', '/nowhere') },
  'migrating/old-app.mjs': {
    requests: [
      ...asked(
        '/health',
        '/users/1',
        '/report',
        '/broken',
        '/unreachable',
        '/avatars/1',
        '/metrics',
        '/nowhere',
      ),
      ...asked('/api/orgs', '/api/orgs/1', '/api/orgs/1/users', '/api/orgs/1/users/1', '/api/orgs/1/users/7'),
      ...asked('/api/orgs/1/users/1/boom', '/api/orgs/1/users/1/passed'),
      post('/login', '{"users":3}', last),
    ],
  },
};

const schema = `
  CREATE TABLE orgs (id int PRIMARY KEY, size int NOT NULL DEFAULT 0);
  CREATE TABLE users (id int PRIMARY KEY, org int NOT NULL, name text NOT NULL);
  INSERT INTO orgs VALUES (1, 2), (2, 0);
  INSERT INTO users VALUES (1, 1, 'Ada'), (2, 1, 'Grace');
`;
const disturbing = `${root}/test/fixtures/differential/disturbing.mjs`;
let receiver: OtlpReceiver;
let database: DatabaseServer;
before(async () => {
  receiver = await startOtlpReceiver();
  database = await startPglite();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(schema);
  await client.end();
});
after(async () => {
  receiver?.stop();
  await database?.stop();
});

const traced = (): Record<string, string> => ({
  OTEL_EXPORTER_PROMETHEUS_PORT: '0',
  OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
});

const answersOf = async (
  name: string,
  { script = name, env, requests }: Application,
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> => {
  const child: Child = startChild({
    args: [...args, `${root}/test/fixtures/${script}`],
    env: { NODE_ENV: 'production', DATABASE_URL: database.url, ...env, ...more },
  });
  try {
    const [, port] = await child.output(/^listening (\d+)$/m);
    const answers: string[] = [];
    for (const request of requests) answers.push(await talk(Number(port), [request]));
    // Delivers its spans, and leaves the database to the next one.
    child.process.kill('SIGTERM');
    await child.exit();
    return answers;
  } finally {
    await child.stop();
  }
};

describe('the answers of every fixture', () => {
  for (const [name, application] of Object.entries(applications)) {
    test(`${name}: the same bytes with and without the preload, and every request traced`, async () => {
      const bare = await answersOf(name, application, []);
      const before = receiver.spans.length;
      const guest = await answersOf(name, application, ['--import', register], traced());
      const control = await answersOf(name, application, ['--import', disturbing]);
      for (const answer of bare) assert.match(answer, /^HTTP\/1\.1 \d{3} /);
      assert.ok(bare.some(answer => answer.startsWith('HTTP/1.1 200 ')));
      assert.deepEqual(guest, bare);
      const served = receiver.spans.slice(before).filter(({ kind }) => kind === 2);
      assert.ok(served.length >= application.requests.length, `${served.length} requests were traced`);
      // The control: a preload that changes answers is noticed.
      assert.notDeepEqual(control, bare);
    });
  }
});
