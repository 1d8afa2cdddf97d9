import assert from 'node:assert/strict';
import { once } from 'node:events';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { publint } from 'publint';
import { root, startApp, startChild } from '../child.ts';
import { metric } from '../page.ts';
import { npm, pack, temporaryFolder } from './packed.ts';

/** How a user's application loads the package, and how another part of the same application may load it, too. */
const formats = {
  module: {
    load: (binding: string, source: string) => `import ${binding} from '${source}';`,
    loadAgain: "process.getBuiltinModule('module').createRequire(import.meta.url)('@ykmake/monitoring')",
  },
  commonjs: {
    load: (binding: string, source: string) => `const ${binding} = require('${source}');`,
    loadAgain: "import('@ykmake/monitoring')",
  },
} as const;
type Format = (typeof formats)[keyof typeof formats];

const application = ({ load, loadAgain }: Format): string => `
${load('express', 'express')}
${load('{ metricsResponse }', '@ykmake/monitoring')}
const again = ${loadAgain};
const app = express();
app.get('/users/:id', (request, response) => response.json({ id: request.params.id }));
const server = app.listen(0, '127.0.0.1', () => console.log('listening ' + server.address().port));
process.on('message', async () => {
  const pages = [];
  for (const respond of [metricsResponse, (await again).metricsResponse]) {
    pages.push(await (await respond(new Request('http://localhost/metrics'))).text());
  }
  process.send(pages);
});
`;

/** What an application sees that imports the package and was started without the preload. */
const withoutPreload = ({ load, loadAgain }: Format): string => `
${load('{ createServer }', 'node:http')}
${load('{ metricsHandler, metricsResponse, shutdown }', '@ykmake/monitoring')}
const again = ${loadAgain};
const server = createServer(metricsHandler()).listen(0, '127.0.0.1', async () => {
  const answers = [
    await fetch('http://127.0.0.1:' + server.address().port),
    await metricsResponse(new Request('http://localhost/metrics')),
    await (await again).metricsResponse(new Request('http://localhost/metrics')),
  ];
  console.log('answers', ...answers.map(answer => answer.status), await shutdown());
  server.close();
});
`;

const consumer = `
import { createServer } from 'node:http';
import { type AuthorizeRequest, metricsHandler, metricsResponse, shutdown } from '@ykmake/monitoring';
import '@ykmake/monitoring/register';

const authorize: AuthorizeRequest<Request> = async request => request.headers.has('authorization');
export const page: Promise<Response> = metricsResponse(new Request('http://localhost/metrics'), authorize);
export const server = createServer(metricsHandler(request => request.url === '/metrics'));
export const ended: Promise<void> = shutdown();
// @ts-expect-error the answer is true or false
metricsHandler(() => 'yes');
`;

const compilerOptions = {
  module: 'nodenext',
  target: 'es2024',
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  noEmit: true,
};

const nodes = {
  'the Node.js of this test': process.execPath,
  'Node.js 22 (TEST_NODE_22)': process.env.TEST_NODE_22,
  'Node.js 26 (TEST_NODE_26)': process.env.TEST_NODE_26,
};

const folder = temporaryFolder({ after });
let tarball: string;
before(() => {
  tarball = pack(folder);
});

for (const [type, format] of Object.entries(formats)) {
  describe(`the packed package, installed into an application of type ${type}`, () => {
    const project = path.join(folder, type);
    before(() => {
      mkdirSync(project);
      const write = (file: string, content: string): void => writeFileSync(path.join(project, file), content);
      write('package.json', JSON.stringify({ name: 'shop', private: true, type }));
      write('app.js', application(format));
      write('without.js', withoutPreload(format));
      write('consumer.ts', consumer);
      write('tsconfig.json', JSON.stringify({ compilerOptions, files: ['consumer.ts'] }));
      npm(
        project,
        'install',
        '--no-audit',
        '--no-fund',
        '--prefer-offline',
        tarball,
        'express@5',
        '@types/node@24',
      );
    });

    test('contains what runs, its types and the licences, and nothing else', () => {
      const installed = path.join(project, 'node_modules/@ykmake/monitoring');
      const files = globSync('**/*.*', { cwd: installed }).concat(globSync('LICENSE', { cwd: installed }));
      const named = files.map(file =>
        file
          .replace(/shared-[A-Z0-9]{8}/, 'shared-*')
          .replace(/database-[a-z0-9-]+\.js$/, 'database-*.js')
          .replace(/framework-[a-z0-9-]+\.js$/, 'framework-*.js')
          .replace(/instrumentation-[a-z.-]+\.js$/, 'instrumentation-*.js')
          .replace(/^dist\/[\w/-]+\/[\w-]+\.d\.ts$/, 'dist/**/*.d.ts'),
      );
      assert.deepEqual([...new Set(named)].sort(), [
        'CHANGELOG.md',
        'LICENSE',
        'README.md',
        'THIRD-PARTY-LICENSES.txt',
        'dist/**/*.d.ts',
        'dist/database-*.js',
        'dist/databases.js',
        'dist/errors.js',
        'dist/exit-thread.js',
        'dist/framework-*.js',
        'dist/http2.js',
        'dist/index.d.ts',
        'dist/index.js',
        'dist/instrumentation-*.js',
        'dist/log-sender.js',
        'dist/logger-bridges.js',
        'dist/logger.js',
        'dist/logs.js',
        'dist/metrics-sdk.js',
        'dist/otlp-exporter.js',
        'dist/register.d.ts',
        'dist/register.js',
        'dist/request-contexts.js',
        'dist/sdk-families.js',
        'dist/shared-*.js',
        'dist/shared-api.js',
        'dist/shared-exit.js',
        'dist/shared-start.js',
        'dist/span-sender.js',
        'dist/start.js',
        'dist/traces-sdk.js',
        'package.json',
      ]);
    });

    test('has no fault that publint knows', async () => {
      const pkgDir = path.join(project, 'node_modules/@ykmake/monitoring');
      assert.deepEqual((await publint({ pkgDir, pack: false, strict: true })).messages, []);
    });

    for (const [name, node] of Object.entries(nodes)) {
      const options = node === undefined ? { skip: `${name} is not given` } : {};
      test(`measures a route of Express on ${name}`, options, async t => {
        const app = await startApp('app.js', {
          args: ['--import', '@ykmake/monitoring/register', 'app.js'],
          cwd: project,
          ipc: true,
          ...(node === undefined ? {} : { node }),
        });
        t.after(() => app.stop());
        assert.equal((await fetch(`${app.url}/users/42`)).status, 200);
        const requests = { '{method="GET",path="/users/:id",status="200"}': 1 };
        const served = await app.scrape();
        assert.deepEqual(metric(served, 'http_requests_total'), requests);

        app.process.send('pages');
        const [pages] = (await once(app.process, 'message')) as [readonly string[]];
        assert.equal(pages.length, 2);
        for (const page of pages) {
          assert.deepEqual(
            metric(page, 'http_requests_total'),
            requests,
            'imported and required share the preload',
          );
          assert.deepEqual(
            metric(page, 'http_request_duration_seconds_sum'),
            metric(served, 'http_request_duration_seconds_sum'),
          );
        }
      });

      test(`answers 503 and throws nothing without the preload on ${name}`, options, async t => {
        const child = startChild({
          args: ['without.js'],
          cwd: project,
          ...(node === undefined ? {} : { node }),
        });
        t.after(() => child.stop());
        await child.output(/^answers 503 503 503 undefined$/m);
        assert.deepEqual(await child.exit(), { code: 0, signal: null });
        assert.equal(child.stderr(), '');
      });
    }

    test('its types resolve in strict TypeScript that also checks libraries', async t => {
      const child = startChild({ args: [path.join(root, 'node_modules/typescript/bin/tsc')], cwd: project });
      t.after(() => child.stop());
      const { code } = await child.exit();
      assert.equal(code, 0, child.stdout());
    });

    test('no package of the tree has an install script, and none is of OpenTelemetry', () => {
      const manifests = globSync('node_modules/**/package.json', { cwd: project }).map(file =>
        JSON.parse(readFileSync(path.join(project, file), 'utf8')),
      );
      const packages = manifests.filter(({ name, version }) => name && version);
      assert.ok(packages.length > 10);
      assert.deepEqual(
        packages.filter(({ scripts = {} }) => scripts.preinstall || scripts.install || scripts.postinstall),
        [],
      );
      const lock = JSON.parse(readFileSync(path.join(project, 'package-lock.json'), 'utf8'));
      const installed = Object.entries<{ hasInstallScript?: boolean }>(lock.packages);
      assert.deepEqual(
        installed.filter(([, { hasInstallScript }]) => hasInstallScript),
        [],
      );
      assert.deepEqual(
        installed.map(([folder]) => folder).filter(folder => folder.includes('@opentelemetry/')),
        [],
      );
    });
  });
}
