import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { suite, test } from 'node:test';
import { parse } from 'yaml';
import { root } from '../../child.ts';
import { compose } from '../programs.ts';
import { broken, composed, portsOf, read, type Service, shipped } from './stack.ts';

const page = readFileSync(path.join(root, 'docs/stack.md'), 'utf8');
const example = readFileSync(path.join(root, '.env.example'), 'utf8');

/** Variables that the file asks for, and what each is without a value. */
const variables = (text: string): ReadonlyMap<string, string> =>
  new Map(
    [...text.replace(/^ *#.*/gm, '').matchAll(/\$\{([A-Z_]+):-([^${}]*)\}/g)].map(
      ([, name = '', value = '']) => [name, value],
    ),
  );

const mebibytes = (text: string): number => Number.parseFloat(text) * (text.endsWith('GiB') ? 1024 : 1);

/** What the table of services says wrong of a service. */
const rowFaults = (name: string, service: Service): readonly string[] => {
  const row = page.split('\n').find(line => line.startsWith(`| \`${name}\` |`)) ?? '';
  const [, , image = '', open = '', inside = '', user = '', keeps = '', memory = ''] = row.split('|');
  const told = (cell: string, value: string | number) => new RegExp(`\\b${value}\\b`).test(cell);
  const volumes = (service.volumes ?? []).filter(({ type, read_only }) => type === 'volume' && !read_only);
  return [
    row === '' && 'is not in the table',
    !service.build && service.pull_policy !== 'never' && image.trim() !== `\`${service.image}\`` && image,
    ...portsOf(service).map(port => !told(open + inside, port) && `port ${port}`),
    ...(service.ports ?? []).map(({ published }) => !told(open, published) && `port ${published} to open`),
    !told(user, service.user?.split(':')[0] ?? 1000) && user,
    name !== 'prepare' && volumes.some(({ source }) => !keeps.includes(`\`${source}\``)) && keeps,
    mebibytes(memory.trim()) * 1024 ** 2 !== Number(service.deploy?.resources?.limits?.memory) && memory,
  ].flatMap(fault => (fault === false ? [] : [`${name}: ${fault}`]));
};

const memory = (services: readonly Service[]): string =>
  (
    services.reduce((sum, { deploy }) => sum + Number(deploy?.resources?.limits?.memory), 0) /
    1024 ** 3
  ).toFixed(1);

suite('docs/stack.md', { skip: compose.skip }, () => {
  test('its table says what the file says', () => {
    const { services } = read('full');
    assert.deepEqual(
      Object.entries(services).flatMap(([name, service]) => rowFaults(name, service)),
      [],
    );
    const all = `${memory(Object.values(read('default').services))} GiB, and ${memory(Object.values(services))} GiB`;
    assert.ok(page.includes(`all limits together are ${all} with \`full\``), all);
  });

  test('a service that has changed is found', () => {
    const { services } = read('full', broken(shipped, 'memory: 1536m, pids: 128', 'memory: 512m, pids: 128'));
    assert.deepEqual(
      Object.entries(services).flatMap(([name, service]) => rowFaults(name, service)),
      ['app:  1536 MiB '],
    );
  });

  test('it and .env.example name each variable of the file, with its default', () => {
    const asked = variables(shipped);
    const listed = new Map(
      [...example.matchAll(/^#([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
    );
    assert.deepEqual([...listed.keys()].sort(), [...asked.keys(), 'DATABASE_URL'].sort());
    for (const [name, value] of asked) {
      if (name !== 'COMPOSE_PROFILES') assert.equal(listed.get(name), value, name);
      assert.ok(page.includes(`\`${name}\``), name);
    }
  });

  test('.env.example as it is changes nothing, and nor do its lines without the #', () => {
    assert.deepEqual(composed({ dotenv: example }), composed({}));
    const switchedOn = example.replace(/^#(?!COMPOSE_PROFILES|DATABASE_URL)(?=[A-Z_]+=)/gm, '');
    assert.deepEqual(composed({ dotenv: switchedOn }), composed({}));
  });

  test('its own application is taken by Compose beside the rest, and wants a token', () => {
    const override = [...page.matchAll(/```yaml\n(services:\n[^`]*)```/g)].map(([, block]) => block)[0] ?? '';
    const { shop } = parse(override).services;
    const text = shipped.replace('\nvolumes:\n', `${override.replace('services:\n', '\n')}\nvolumes:\n`);
    const stack = composed({ text, env: { METRICS_TOKEN: 'the-token' } });
    assert.ok(typeof stack !== 'string', String(stack));
    assert.equal(stack.services.shop?.environment?.MONITORING_METRICS_TOKEN, 'the-token');
    assert.deepEqual(stack.services.shop?.command, shop.command);
    assert.match(String(composed({ text })), /METRICS_TOKEN.*set it in \.env/);
  });
});

test('one command of docs/alerts.md puts another address in all links to runbooks', t => {
  const folder = mkdtempSync(path.join(tmpdir(), 'runbooks-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const run = (program: string, ...args: string[]): string =>
    execFileSync(program, args, { cwd: folder, encoding: 'utf8' });
  execFileSync('git', ['checkout-index', '--all', `--prefix=${folder}/`], { cwd: root });
  copyFileSync(path.join(root, 'docs/alerts.md'), path.join(folder, 'docs/alerts.md'));
  run('git', 'init', '-q');
  run('git', 'add', '-A');
  // Not in this file.
  const linked = (address: string): readonly string[] =>
    run('git', 'grep', '-Il', address, '--', '.', ':!docs/alerts.md', ':!test/stack/compose')
      .trimEnd()
      .split('\n')
      .sort();

  const rules = readFileSync(path.join(folder, 'prometheus/rules/app.yml'), 'utf8');
  const [, base = ''] = /runbook_url: https:\/\/(\S+)\/docs\/runbooks\//.exec(rules) ?? [];
  const before = linked(`https://${base}/docs/runbooks/`);
  assert.ok(before.length > 10, before.join());

  // In a copy that has used it the links begin with another address already.
  const command = (
    /^git grep .*$/m.exec(readFileSync(path.join(folder, 'docs/alerts.md'), 'utf8'))?.[0] ?? ''
  )
    .replaceAll('github.com/ykmake/monitoring/blob/main', base)
    .replace('git.example.org/monitoring/-/blob/main', 'elsewhere.example.org/main');
  run('sh', '-c', command);
  assert.deepEqual(linked('https://elsewhere.example.org/main/docs/runbooks/'), before);
  assert.throws(() => linked(`https://${base}`));
});
