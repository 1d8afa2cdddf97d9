import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { register, root, startApp, startChild } from '../child.ts';
import { copyPackage } from '../preload/copy.ts';

const script = path.join(root, 'test/fixtures/failing/express.mjs');
const reporting = { SENTRY_DSN: 'http://key@127.0.0.1:9/1' };

/** What an application says of one request that succeeds and one that fails, when a file of ours is not there. */
const withoutFile = async (file: string, env: Readonly<Record<string, string>>) => {
  const copy = copyPackage({ dependencies: true });
  rmSync(path.join(path.dirname(copy.register), file));
  const app = await startApp('', { args: ['--import', copy.register, script], env });
  try {
    const statuses = [];
    for (const name of ['ok', 'throw', 'status'])
      statuses.push((await fetch(`${app.url}/api/${name}`)).status);
    return { statuses, page: await app.scrape(), stderr: app.stderr() };
  } finally {
    await app.stop();
    copy.remove();
  }
};

describe('what reports errors', () => {
  test('is not read where errors go nowhere', async () => {
    const { statuses, page, stderr } = await withoutFile('errors.js', {});
    assert.deepEqual(statuses, [200, 500, 503]);
    assert.doesNotMatch(stderr, /hook failed/);
    assert.match(page, /^monitoring_error_events_total\{outcome="not_configured"\} 1$/m);
  });

  test('is not read before the first error, and when it cannot be, the application is not affected', async () => {
    const { statuses, page, stderr } = await withoutFile('errors.js', reporting);
    assert.deepEqual(statuses, [200, 500, 503]);
    assert.match(stderr, /the errors hook failed, the application is not affected: .*errors\.js/);
    assert.match(page, /^monitoring_hook_failures_total\{hook="errors"\} 2$/m);
  });

  test('needs the contexts of requests only where errors go somewhere', async () => {
    const { statuses, stderr } = await withoutFile('request-contexts.js', {});
    assert.deepEqual(statuses, [200, 500, 503]);
    assert.doesNotMatch(stderr, /request-contexts/);
  });
});

/** What an application sees of the hooks on its process. */
const hooks = async (env: Readonly<Record<string, string>>): Promise<string> => {
  const seen = `Object.hasOwn(process, 'emit'), process.listenerCount('uncaughtExceptionMonitor')`;
  const child = startChild({
    args: ['--import', register, '-e', `console.log(${seen})`],
    env: { OTEL_EXPORTER_PROMETHEUS_PORT: '0', ...env },
  });
  await child.exit(20_000);
  return child.stdout();
};

test('a process is watched only where its errors go somewhere', async () => {
  assert.equal(await hooks({}), 'false 0\n');
  assert.equal(await hooks(reporting), 'true 1\n');
  assert.equal(await hooks({ LOG_DIR: tmpdir() }), 'true 1\n');
});
