import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { inspect } from 'node:util';
import type { Metafile } from 'esbuild';
import { bundle, clients, frameworks, officials } from '../../scripts/bundle.ts';
import { bundledPackages, licences } from '../../scripts/licences.ts';
import { root } from '../child.ts';
import { temporaryFolder } from './packed.ts';

/** Bytes of JavaScript that may be read, its files together. Whoever raises one writes the reason beside it. */
const budgets: Readonly<Record<string, number>> = {
  // Also read by applications that only import the API: no SDK, no settings, no winston. What stands for the logger until
  // it is used is in it (2 kB), and what reads the files about errors when one is reported (1 kB).
  'index.js': 8_400,
  // Read by launchers, worker threads and on every version of Node.js, where nothing is started.
  'register.js': 6_000,
  // The table of settings with its texts (45 kB), the observers, the store and the page (100 kB), the metrics of
  // process, Node.js and prom-client (20 kB), the hook of `require` (10 kB), the end of the process for several sinks
  // (3 kB), whether logs go anywhere, the places of loggers, and what the record of a request is made of (6 kB), which
  // requests have failed, and waiting for frameworks (5 kB), watching for errors that nobody catches and what lets them
  // in (9 kB), their settings (5 kB), and the timers and clocks of the start (0.5 kB). The loggers themselves, what reports errors, their bridges, the redaction and
  // the frameworks are files of their own. What official instrumentations wait for, their names and their options (5 kB),
  // which files of which frameworks are waited for (3 kB), and the hook of `import` (7 kB).
  // Nothing of OpenTelemetry.
  'start.js': 229_000,
};

type Output = Metafile['outputs'][string];

describe('the bundle', () => {
  const folder = temporaryFolder({ after });
  let metafile: Metafile;
  let outputs: ReadonlyMap<string, Output>;
  before(async () => {
    metafile = await bundle(path.join(folder, 'dist'));
    outputs = new Map(
      Object.entries(metafile.outputs).map(([file, output]) => [path.basename(file), output]),
    );
    writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
    symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'dir');
  });

  const output = (file: string): Output => {
    const found = outputs.get(path.basename(file));
    assert.ok(found, `${file} is imported, but not there`);
    return found;
  };

  /** A file and what it imports by statements, so that they are read together. */
  const readWith = (file: string, seen = new Set<string>()): ReadonlySet<string> => {
    if (seen.has(file)) return seen;
    seen.add(file);
    for (const { path: imported, kind, external: outside } of output(file).imports) {
      if (kind === 'import-statement' && !outside) readWith(path.basename(imported), seen);
    }
    return seen;
  };

  test('imports only its own files and Node.js', () => {
    const imports = [...outputs.values()].flatMap(({ imports }) => imports);
    for (const { path: imported, external: outside } of imports) {
      if (!outside) output(imported);
      else assert.ok(isBuiltin(imported), imported);
    }
  });

  test('has files with names that say what they hold', () => {
    const names = [...outputs.keys()].map(name => name.replace(/^shared-[A-Z0-9]{8}/, 'shared'));
    const expected = [
      ...clients.map(name => `database-${name}.js`),
      'databases.js',
      ...frameworks.map(name => `framework-${name}.js`),
      ...officials.map(name => `instrumentation-${name}.js`),
      'errors.js',
      'exit-thread.js',
      'http2.js',
      'index.js',
      'log-sender.js',
      'logger-bridges.js',
      'logger.js',
      'logs.js',
      'metrics-sdk.js',
      'otlp-exporter.js',
      'register.js',
      'request-contexts.js',
      'sdk-families.js',
      'shared-api.js',
      'shared-exit.js',
      'shared-start.js',
      'shared.js',
      'span-sender.js',
      'start.js',
      'traces-sdk.js',
    ];
    assert.deepEqual([...new Set(names)].sort(), expected.sort());
  });

  test('reads nothing of OpenTelemetry at start', () => {
    const openTelemetryIn = (...files: readonly string[]): readonly string[] =>
      files
        .flatMap(file => [...readWith(file)])
        .flatMap(file => Object.entries(output(file).inputs))
        .filter(([input, { bytesInOutput }]) => bytesInOutput > 0 && input.includes('@opentelemetry/'))
        .map(([input]) => input);
    assert.deepEqual(openTelemetryIn('register.js', 'start.js'), []);
    assert.notDeepEqual(openTelemetryIn('metrics-sdk.js'), []);
  });

  test('reads as many files at start however many frameworks and libraries there are', () => {
    assert.deepEqual([...readWith('start.js')].sort(), [
      'shared-api.js',
      'shared-exit.js',
      'shared-start.js',
      'start.js',
    ]);
  });

  test('has each module in one file', () => {
    const files = new Map<string, string>();
    for (const [name, { inputs }] of outputs) {
      // In one file and nothing else, for old versions of Node.js.
      if (name === 'register.js') continue;
      for (const input of Object.keys(inputs).filter(input => input.startsWith('src/'))) {
        assert.equal(files.get(input), undefined, `${input} is in ${name} as well`);
        files.set(input, name);
      }
    }
  });

  test('leaves undici alone, which an import of node:http would load', () => {
    const imports = [...outputs.values()].flatMap(({ imports }) => imports);
    assert.deepEqual(
      imports.filter(({ path: imported, kind }) => imported === 'node:http' && kind === 'import-statement'),
      [],
    );
  });

  for (const [file, budget] of Object.entries(budgets)) {
    test(`reads at most ${budget} bytes for ${file}`, t => {
      const bytes = [...readWith(file)].reduce((sum, name) => sum + output(name).bytes, 0);
      t.diagnostic(`${bytes} bytes`);
      assert.ok(bytes <= budget, `${bytes} bytes`);
      assert.ok(bytes > budget * 0.7, `${bytes} bytes: lower the budget, it hides growth`);
    });
  }

  /** As Node.js prints a list of more than six: in columns. */
  const apiNames = inspect([
    ...['AlertSeverity', 'activeUsers', 'captureError', 'createLogger', 'initErrorMonitoring', 'logger'],
    ...['loggingMiddleware', 'metricsHandler', 'metricsResponse', 'sendAlert', 'shutdown'],
  ]);
  const nodes = {
    'the Node.js of this test': process.execPath,
    'the oldest supported Node.js (TEST_NODE_22_OLD)': process.env.TEST_NODE_22_OLD,
  };
  for (const [name, node] of Object.entries(nodes)) {
    const options = node === undefined ? { skip: `${name} is not given` } : {};
    test(`can be required, as no file has a top-level await, on ${name}`, options, () => {
      const required = [...outputs.keys()]
        .filter(file => file !== 'register.js')
        .map(file => `./dist/${file}`);
      const script = `
        for (const file of ${JSON.stringify(required)}) require(file);
        console.log(Object.keys(require('./dist/index.js')), typeof require('./dist/start.js').start);
        require('./dist/register.js');`;
      const printed = execFileSync(node ?? process.execPath, ['--no-warnings', '-e', script], {
        cwd: folder,
        encoding: 'utf8',
        env: { OTEL_EXPORTER_PROMETHEUS_PORT: '0', OTEL_LOG_LEVEL: 'none' },
      });
      assert.equal(printed, `${apiNames} function\n`);
    });
  }

  test('comes with the licence of every package in it', () => {
    const packages = bundledPackages(metafile);
    assert.ok(packages.some(folder => folder.endsWith('/@opentelemetry/sdk-metrics')));
    const text = licences(root, packages);
    for (const folder of packages) {
      const directory = path.join(root, folder);
      const { name, version, license } = JSON.parse(
        readFileSync(path.join(directory, 'package.json'), 'utf8'),
      );
      assert.ok(text.includes(`${name} ${version} (${license})\n`), name);
      assert.ok(text.includes(readFileSync(path.join(directory, 'LICENSE'), 'utf8').trim()), name);
    }
    // In a folder of @opentelemetry/instrumentation: of what it has taken from shimmer.
    assert.match(text, /Forrest L Norvell/);
  });

  test('cannot be built of a package without a licence', () => {
    const unlicensed = path.join(folder, 'unlicensed');
    mkdirSync(unlicensed);
    writeFileSync(path.join(unlicensed, 'package.json'), '{ "name": "unlicensed" }');
    assert.throws(() => licences(folder, ['unlicensed']), /unlicensed has no licence file/);
  });
});
