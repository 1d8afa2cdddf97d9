import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { root } from '../../child.ts';
import { compose } from '../programs.ts';
import { read } from './stack.ts';

const script = path.join(root, 'deploy/compose/prepare.sh');
const isRoot = process.getuid?.() === 0;
const skip = isRoot ? false : 'only root may give files away';

/** Two empty volumes, as Docker makes them, and the script with no right but the one that it has there. */
const startPreparing = (test: TestContext) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'prepare-'));
  chmodSync(folder, 0o755);
  test.after(() => rmSync(folder, { recursive: true }));
  const [secrets, collector] = ['secrets', 'collector'].map(name => mkdtempSync(path.join(folder, name))) as [
    string,
    string,
  ];
  const run = (env: Record<string, string> = {}, rights = '-all,+chown') => {
    const { status, stderr } = spawnSync(
      'setpriv',
      ['--bounding-set', rights, '--inh-caps', '-all', '--no-new-privs', 'sh', script, secrets, collector],
      {
        encoding: 'utf8',
        env: { PATH: process.env.PATH, METRICS_TOKEN: '', ALERT_SLACK_WEBHOOK_URL: '', ...env },
      },
    );
    return { status, stderr };
  };
  return { secrets, collector, run, file: (name: string) => path.join(secrets, name) };
};

/** Whether somebody without rights can read a file. */
const mayRead = (user: string, file: string): boolean => {
  const [uid, gid] = user.split(':');
  const args = ['--reuid', uid ?? '', '--regid', gid ?? '', '--clear-groups', 'cat', file];
  return spawnSync('setpriv', args).status === 0;
};

suite('what is prepared before the containers start', { skip }, () => {
  test('a token of 64 random digits, which the application and Prometheus can read, and nobody else', t => {
    const { run, file } = startPreparing(t);
    assert.deepEqual(run(), { status: 0, stderr: '' });
    const token = readFileSync(file('metrics_token'), 'utf8');
    assert.match(token, /^[0-9a-f]{64}$/);
    const readers = ['1000:1000', '65534:65534', '472:0', '10001:10001', '70:70'].filter(user =>
      mayRead(user, file('metrics_token')),
    );
    assert.deepEqual(readers, ['1000:1000', '65534:65534']);
  });

  test('it is another one elsewhere, and the same one at the next start', t => {
    const [one, two] = [startPreparing(t), startPreparing(t)];
    one.run();
    two.run();
    const token = readFileSync(one.file('metrics_token'), 'utf8');
    assert.notEqual(token, readFileSync(two.file('metrics_token'), 'utf8'));
    assert.deepEqual(one.run(), { status: 0, stderr: '' });
    assert.equal(readFileSync(one.file('metrics_token'), 'utf8'), token);
  });

  test('a token of METRICS_TOKEN takes its place, and nothing half written stays', t => {
    const { run, file, secrets } = startPreparing(t);
    run();
    assert.deepEqual(run({ METRICS_TOKEN: 'a token' }), { status: 0, stderr: '' });
    assert.equal(readFileSync(file('metrics_token'), 'utf8'), 'a token');
    assert.ok(mayRead('1000:1000', file('metrics_token')) && mayRead('65534:65534', file('metrics_token')));
    assert.deepEqual(readdirSync(secrets).sort(), ['metrics_token', 'slack_webhook']);
  });

  test('a start that was broken off in the middle does not stop the next one', t => {
    const { run, file, secrets } = startPreparing(t);
    writeFileSync(file('.new'), 'half', { mode: 0o440 });
    chownSync(file('.new'), 1000, 65534);
    assert.deepEqual(run(), { status: 0, stderr: '' });
    assert.deepEqual(readdirSync(secrets).sort(), ['metrics_token', 'slack_webhook']);
  });

  test('with the line ends of Windows the script would not run, so no clone has them', t => {
    const { secrets, collector } = startPreparing(t);
    const other = path.join(secrets, '..', 'prepare.sh');
    writeFileSync(other, readFileSync(script, 'utf8').replaceAll('\n', '\r\n'));
    assert.notEqual(spawnSync('sh', [other, secrets, collector]).status, 0);
    const { stdout } = spawnSync('git', ['check-attr', 'text', 'eol', '--', script], {
      cwd: root,
      encoding: 'utf8',
    });
    assert.match(stdout, /text: auto\n.*eol: lf\n$/);
  });

  test('the address of the webhook is for Alertmanager alone, not for the application; empty without one', t => {
    const { run, file } = startPreparing(t);
    run();
    assert.equal(readFileSync(file('slack_webhook'), 'utf8'), '');
    run({ ALERT_SLACK_WEBHOOK_URL: 'https://hooks.example.org/1' });
    assert.equal(readFileSync(file('slack_webhook'), 'utf8'), 'https://hooks.example.org/1');
    const readers = ['1000:1000', '65534:65534', '472:0'].filter(user =>
      mayRead(user, file('slack_webhook')),
    );
    assert.deepEqual(readers, ['65534:65534']);
  });

  test('the folder of the Collector is its own, at each start', t => {
    const { run, collector } = startPreparing(t);
    for (const _ of [1, 2]) {
      assert.equal(run().status, 0);
      const { uid, gid } = statSync(collector);
      assert.deepEqual([uid, gid], [10001, 10001]);
    }
  });

  test('without its one right it fails and says why, and nothing starts', t => {
    const { run } = startPreparing(t);
    const { status, stderr } = run({}, '-all');
    assert.notEqual(status, 0);
    assert.match(stderr, /chown.*not permitted/i);
  });

  test('these users are those of the services', { skip: compose.skip }, () => {
    const { prometheus, alertmanager, 'otel-collector': collector, prepare } = read('full').services;
    assert.equal(prometheus?.user, '65534:65534');
    assert.equal(alertmanager?.user, '65534:65534');
    assert.equal(collector?.user, '10001:10001');
    const [, script, secrets, folder] = prepare?.command ?? [];
    const targets = Object.fromEntries(
      (prepare?.volumes ?? []).map(({ source, target }) => [target, source]),
    );
    assert.match(targets[script ?? ''] ?? '', /deploy\/compose\/prepare\.sh$/);
    assert.equal(targets[secrets ?? ''], 'secrets');
    assert.equal(targets[folder ?? ''], 'otelcol_data');
  });
});
