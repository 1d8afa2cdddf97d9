import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../preload/ports.ts';
import { alertmanager33, collector, compose, prometheus3, type StackProgram } from '../programs.ts';
import { mounted } from './configurations.ts';
import { broken, composed, read, type Service, type Stack, shipped } from './stack.ts';

/** The arguments of a service for this machine: its mounts are the folders of the repository, its volume is another. */
const argumentsOf = (service: Service | undefined, data: string): readonly string[] =>
  (service?.command ?? []).map(argument => {
    const [flag = '', file = ''] = argument.split('=');
    const place = service && file.startsWith('/') ? mounted(service, file) : undefined;
    if (!place) return argument;
    return `${flag}=${place.type === 'bind' ? place.source + place.rest : data}`;
  });

/** Starts a program with the arguments of its service, and answers what it answers at a path. */
const started = async (
  t: TestContext,
  program: StackProgram,
  service: Service | undefined,
  ask: string,
): Promise<string> => {
  const data = mkdtempSync(path.join(tmpdir(), 'commands-'));
  const port = await freePort();
  const args = [...argumentsOf(service, data), `--web.listen-address=127.0.0.1:${port}`];
  const child = spawn(program.path, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  t.after(async () => {
    if (child.exitCode === null && child.kill('SIGTERM')) await once(child, 'exit');
    rmSync(data, { recursive: true, force: true });
  });
  let log = '';
  child.stderr.on('data', text => {
    log += text;
  });
  const deadline = performance.now() + 60_000;
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/-/ready`).catch(() => undefined);
    if (answer?.status === 200) return (await fetch(`http://127.0.0.1:${port}${ask}`)).text();
    if (child.exitCode !== null || performance.now() > deadline) throw new Error(log);
    await pause(100);
  }
};

const complaints = (stack: Stack): string => {
  const args = argumentsOf(stack.services['otel-collector'], '');
  const { status, stdout, stderr } = spawnSync(collector.path, ['validate', ...args], { encoding: 'utf8' });
  return status === 0 ? '' : stdout + stderr;
};

suite('the commands of the stack, given to the real programs', { skip: compose.skip }, () => {
  test('the Collector takes its two files in each mode', { skip: collector.skip }, () => {
    assert.equal(complaints(read('default')), '');
    assert.equal(complaints(read('full')), '');
    const other = composed({ env: { COMPOSE_PROFILES: 'ful' } });
    assert.ok(typeof other !== 'string');
    assert.match(complaints(other), /ful\.yaml: no such file/);
  });

  test('Prometheus keeps exemplars, and samples for 35 days and 8 GB', {
    skip: prometheus3.skip,
  }, async t => {
    const { prometheus } = read('default').services;
    const flags = JSON.parse(await started(t, prometheus3, prometheus, '/api/v1/status/flags')).data;
    assert.equal(flags['storage.tsdb.retention.time'], '5w');
    assert.equal(flags['storage.tsdb.retention.size'], '8GiB');
    assert.equal(flags['enable-feature'], 'exemplar-storage');
    // Alerts lead to it from Slack: the name of a container would lead nowhere.
    assert.equal(flags['web.external-url'], 'http://localhost:9090/');
    assert.equal(flags['web.route-prefix'], '/');
    assert.equal(flags['web.enable-lifecycle'], 'false');
    assert.equal(flags['web.enable-remote-write-receiver'], 'false');
  });

  test('Alertmanager is alone, and knows where people reach it', { skip: alertmanager33.skip }, async t => {
    const { alertmanager } = read('full').services;
    const status = JSON.parse(await started(t, alertmanager33, alertmanager, '/api/v2/status'));
    assert.equal(status.cluster.status, 'disabled');
    assert.match(status.config.original, /slack_webhook/);
  });

  test('a flag that a program has not is found', { skip: prometheus3.skip }, async t => {
    const text = broken(shipped, '--enable-feature=exemplar-storage', '--exemplar-storage');
    const { prometheus } = read('default', text).services;
    await assert.rejects(started(t, prometheus3, prometheus, '/'), /unknown long flag '--exemplar-storage'/);
  });
});
