import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  globSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { root } from '../../child.ts';
import { compose } from '../programs.ts';
import { context, copied, dockerfile, parseDockerfile } from './dockerfile.ts';
import { type Image, replay } from './replay.ts';
import { read } from './stack.ts';

const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  devDependencies: Record<string, string>;
};
const steps = dockerfile.flatMap(stage => stage.steps);

/** Names of packages that the example imports, but for the package itself. */
const imported = (): readonly string[] => {
  const names = globSync('examples/ykmake/**/*.js', { cwd: root })
    .flatMap(file => [...readFileSync(path.join(root, file), 'utf8').matchAll(/ from '([^'.][^']*)'/g)])
    .map(([, name = '']) => name)
    .filter(name => !name.startsWith('node:') && name !== '@ykmake/monitoring');
  return [...new Set(names)];
};

suite('the Dockerfile', () => {
  test('builds on the Node.js that the project is tested with, and ends as a user with a number', () => {
    for (const { from } of dockerfile) assert.equal(from, `node:${manifest.devDependencies.node}-slim`);
    assert.equal(dockerfile.at(-1)?.user, '1000:1000');
  });

  test('copies what is there, and .dockerignore lets in just that', () => {
    const sources = steps
      .filter(({ word }) => word === 'COPY')
      .map(({ rest }) => copied(rest))
      .filter(({ from }) => from === undefined)
      .flatMap(copy => copy.sources);
    for (const source of sources) assert.ok(existsSync(path.join(root, source)), source);
    assert.deepEqual([...new Set(sources.map(source => source.split('/')[0]))].sort(), [...context].sort());
  });

  test('installs what the example imports, and winston for the logger', () => {
    const [, names = ''] = /npm install (.*)/.exec(steps.map(({ rest }) => rest).join('\n')) ?? [];
    assert.deepEqual(
      names
        .split(' ')
        .filter(name => !name.startsWith('-'))
        .sort(),
      [...imported(), 'winston'].sort(),
    );
  });
});

const isRoot = process.getuid?.() === 0;

suite('the image, built and run without Docker', {
  skip: isRoot ? compose.skip : 'only root may be another user',
}, () => {
  let folder = '';
  let image: Image;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'image-'));
    chmodSync(folder, 0o755);
    image = replay(dockerfile, path.join(folder, 'stages'));
    // The clone may be in a folder of root's.
    copyFileSync(process.execPath, path.join(folder, 'node'));
    writeFileSync(path.join(folder, 'metrics_token'), 'the-token', { mode: 0o440 });
    chownSync(path.join(folder, 'metrics_token'), 1000, 65534);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** A service of the file as its user, without rights, on free ports of this machine. */
  const start = (name: 'app' | 'traffic', env: Record<string, string> = {}, url = ''): Started => {
    const service = read('default').services[name];
    const command = (service?.command ?? []).map(part =>
      part.replaceAll('$$', '$').replaceAll('/run/secrets', folder).replace('http://app:3000', url),
    );
    const child = spawn('setpriv', ['--bounding-set', '-all', '--no-new-privs', '--', ...command], {
      cwd: image.folder,
      uid: 1000,
      gid: 1000,
      env: {
        PATH: `${folder}:/usr/bin:/bin`,
        ...image.env,
        ...service?.environment,
        HOST: '127.0.0.1',
        PORT: '0',
        OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1',
        OTEL_EXPORTER_PROMETHEUS_PORT: '0',
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const started: Started = { child, log: '' };
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', data => {
        started.log += data;
      });
    return started;
  };

  test('the versions are those of the lock, and nothing else is in it', () => {
    const packages = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'))
      .packages as Record<string, { version: string }>;
    const installed = globSync('node_modules/**/package.json', { cwd: image.folder })
      .filter(file => /node_modules\/(@[^/]+\/)?[^/@]+\/package\.json$/.test(file))
      .map(file => path.dirname(file));
    assert.ok(installed.length > 50, String(installed));
    for (const name of installed) {
      const { version } = JSON.parse(readFileSync(path.join(image.folder, name, 'package.json'), 'utf8'));
      assert.equal(version, packages[name]?.version, name);
    }
    for (const name of ['typescript', 'esbuild', 'node', '@biomejs'])
      assert.ok(!existsSync(path.join(image.folder, 'node_modules', name)), name);
  });

  test('it answers, and shows its metrics to who has the token of the file', async t => {
    const app = start('app');
    t.after(() => end(app));
    const url = await said(app, /listens on (http:\S+)/);
    const metrics = await said(app, /metrics at (http:\S+?);/);
    assert.equal((await fetch(`${url}/health`)).status, 200);
    assert.equal((await fetch(metrics)).status, 401);
    const answer = await fetch(metrics, { headers: { authorization: 'Bearer the-token' } });
    assert.equal(answer.status, 200);
    assert.match(await answer.text(), /^http_requests_total\{method="GET",path="\/health",status="200"\} 1/m);

    const traffic = start('traffic', {}, url);
    t.after(() => end(traffic));
    await until(async () => {
      const page = await (await fetch(metrics, { headers: { authorization: 'Bearer the-token' } })).text();
      return /^http_requests_total\{method="GET",path="\/api\/users\/:userId",status="200"\} [1-9]/m.test(
        page,
      );
    }, traffic);
    assert.equal(await end(traffic), 0);
    assert.equal(await end(app), 'SIGTERM', 'the preload leaves it as it is');
  });

  test('what healthcheck asks fails while nobody answers, and not otherwise', async t => {
    const [, program, ...args] = read('default').services.app?.healthcheck?.test ?? [];
    const app = start('app');
    t.after(() => end(app));
    const url = await said(app, /listens on (http:\S+)/);
    const check = (address: string): number | null =>
      spawnSync(program === 'node' ? path.join(folder, 'node') : '', [
        ...args.slice(0, -1),
        (args.at(-1) ?? '').replace('http://127.0.0.1:3000', address),
      ]).status;
    assert.equal(check('http://127.0.0.1:1'), 1);
    assert.equal(check(url), 0);
    assert.equal(check(`${url}/nowhere`), 1);
  });

  test('without one of its packages it does not start', async t => {
    const part = path.join(image.folder, 'node_modules/@electric-sql/pglite');
    renameSync(part, `${part}-gone`);
    t.after(() => renameSync(`${part}-gone`, part));
    const app = start('app');
    t.after(() => end(app));
    const exit = once(app.child, 'exit');
    await said(app, /YkMake cannot start its embedded database/);
    assert.equal((await exit)[0], 1);
  });

  test('a folder that .dockerignore leaves out cannot be copied', () => {
    const stages = parseDockerfile('FROM node\nWORKDIR /app\nCOPY docs docs\n');
    assert.throws(
      () => replay(stages, path.join(folder, 'broken')),
      /COPY docs: \.dockerignore leaves it out/,
    );
  });
});

interface Started {
  readonly child: ChildProcess;
  log: string;
}

const until = async (
  holds: () => boolean | Promise<boolean>,
  { child, ...started }: Started,
): Promise<void> => {
  const deadline = performance.now() + 60_000;
  while (!(await holds())) {
    if (child.exitCode !== null || performance.now() > deadline) throw new Error(`it says:\n${started.log}`);
    await pause(100);
  }
};

const said = async (started: Started, pattern: RegExp): Promise<string> => {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const match = pattern.exec(started.log);
    if (match) return match[1] ?? '';
    if (performance.now() > deadline) throw new Error(`it does not say ${pattern}:\n${started.log}`);
    await pause(50);
  }
};

const end = async ({ child }: Started): Promise<number | NodeJS.Signals | null> => {
  if (child.exitCode === null && child.signalCode === null) {
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    await exit;
  }
  return child.exitCode ?? child.signalCode;
};
