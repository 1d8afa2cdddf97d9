import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { implementedApi } from '../../src/open-telemetry-globals.ts';
import { type App, register, root, startApp } from '../child.ts';
import { metric } from '../page.ts';
import { assertLines, reported } from './reported.ts';

const api = path.join(root, 'node_modules/@opentelemetry/api');
const packageOf = (folder: string): string => readFileSync(path.join(folder, 'package.json'), 'utf8');

/** A copy of the API that says everywhere, as a release does, that it is of another version. */
const installApi = (folder: string, version: string): void => {
  const copy = path.join(folder, 'node_modules/@opentelemetry/api');
  mkdirSync(path.join(copy, 'dist'), { recursive: true });
  writeFileSync(path.join(copy, 'package.json'), packageOf(api).replaceAll(implementedApi, version));
  cpSync(path.join(api, 'dist'), path.join(copy, 'dist'), { recursive: true });
  for (const file of ['version', 'internal/global-utils'].flatMap(name => [`${name}.cjs`, `${name}.mjs`])) {
    const source = path.join(copy, 'dist', file);
    const text = readFileSync(source, 'utf8');
    assert.ok(text.includes(implementedApi), `${file} does not name its version`);
    writeFileSync(source, text.replaceAll(implementedApi, version));
  }
};

/** An application with its own copy of the API, below its folder or below one of its packages. */
const withApi = async (
  {
    version,
    below = '',
    script = 'own-meter.mjs',
  }: Record<'version', string> & { below?: string; script?: string },
  run: (app: App, answer: unknown) => Promise<void>,
): Promise<void> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'monitoring-api-'));
  try {
    installApi(path.join(folder, below), version);
    const main = path.join(folder, below, script);
    cpSync(path.join(root, 'test/fixtures/preload', script), main);
    const entry = path.join(folder, 'entry.mjs');
    writeFileSync(entry, `import ${JSON.stringify(`./${path.relative(folder, main)}`)};`);
    const app = await startApp('', { args: ['--import', register, entry], cwd: folder });
    try {
      await run(app, await (await fetch(app.url)).json());
    } finally {
      await app.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

describe('the OpenTelemetry API that the application has', { concurrency: 2 }, () => {
  test('is the release that we say we implement', () => {
    assert.equal(JSON.parse(packageOf(api)).version, implementedApi);
  });

  for (const version of ['1.4.0', '1.9.0', implementedApi, '1.10.7', '1.99.3']) {
    test(`brings its metrics and may register a tracer of its own, version ${version}`, () =>
      withApi({ version, script: 'own-tracer.mjs' }, async (app, answer) => {
        assert.deepEqual(answer, { tracer: 'its own' });
        assert.deepEqual(metric(await app.scrape(), 'orders_created_total'), {
          '{payment_method="card"}': 1,
        });
        assertLines(reported(app), [/ metrics at /]);
      }));
  }

  test('control: a newer one that we cannot know of does not use what we have published', () =>
    withApi({ version: '1.99.3', below: 'node_modules/shop' }, async app => {
      await app.scrape();
      assert.deepEqual(metric(await app.scrape(), 'orders_created_total'), {});
      assertLines(reported(app), [/ metrics at /]);
    }));

  test('one below a package of the application is served when it is not newer', () =>
    withApi({ version: '1.9.0', below: 'node_modules/shop' }, async app => {
      assert.deepEqual(metric(await app.scrape(), 'orders_created_total'), { '{payment_method="card"}': 2 });
      assertLines(reported(app), [/ metrics at /]);
    }));
});
