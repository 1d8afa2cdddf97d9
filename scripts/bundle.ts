import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { clientFiles } from '../src/database/client-files.ts';
import { frameworkFiles } from '../src/http/framework-files.ts';
import { officialInstrumentations } from '../src/instrumentations/official/catalogue.ts';
import { mergeChunks } from './merge-chunks.ts';

const root = path.join(import.meta.dirname, '..');

/** Database clients that have an adapter: each is a file of its own. */
export const clients: readonly string[] = [...new Set(clientFiles.map(({ client }) => client))];

/** Frameworks that have an adapter: likewise. */
export const frameworks: readonly string[] = [
  ...new Set(['fastify', ...frameworkFiles.map(({ framework }) => framework)]),
];

/** Official instrumentations: each is a file of its own, too. */
export const officials: readonly string[] = Object.keys(officialInstrumentations);

/**
 * Node's own modules are asked for when the file that uses them runs. An ES module import would read each of
 * their exports: that of `node:http` reads one, `WebSocket`, that loads all of undici. And a bundled CommonJS
 * package can have no `require`.
 */
const builtins: Plugin = {
  name: 'builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /./ }, ({ path }) =>
      isBuiltin(path) ? { path: path.replace(/^(node:)?/, 'node:'), namespace: 'builtin' } : undefined,
    );
    onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('${path}');`,
    }));
  },
};

/**
 * require-in-the-middle without its log, for which it would read the terminal and load six files, and with a
 * `require` made for it, because a bundled file has none. Which one does not matter: it asks for the cache, which
 * all share, and names the folder that it resolves from.
 */
const requireHook: Plugin = {
  name: 'require-hook',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^debug$/ }, ({ path }) => ({ path, namespace: 'silent' }));
    onLoad({ filter: /./, namespace: 'silent' }, () => ({ contents: 'module.exports = () => () => {};' }));
    onLoad({ filter: /\/require-in-the-middle\/index\.js$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      const declaration = "const Module = require('module')\n";
      if (!source.includes(declaration)) throw new Error(`${path} does not declare Module as it did`);
      const contents = source
        .replace(declaration, `${declaration}const ownRequire = Module.createRequire(process.execPath)\n`)
        .replace(/\brequire\.(?=cache|resolve)/g, 'ownRequire.');
      return { contents };
    });
  },
};

/**
 * Official instrumentations without hooks of their own: one patches `require`, the other reads and changes the source of
 * what is imported, and ours do without (`src/instrumentations/official/instrument.ts`).
 */
const withoutHooks: Plugin = {
  name: 'without-hooks',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(require|import)-in-the-middle$/ }, ({ path, importer }) =>
      importer.includes('/@opentelemetry/instrumentation/') ? { path, namespace: 'no-hook' } : undefined,
    );
    onLoad({ filter: /./, namespace: 'no-hook' }, () => ({ contents: 'export class Hook {}' }));
  },
};

/**
 * Our copy of OpenTelemetry's API uses what the copies in a process share under any version of them. An application
 * with an older one gives it its own version, because else that copy would not use it (`src/open-telemetry-globals.ts`).
 */
const anyVersion: Plugin = {
  name: 'any-version',
  setup({ onLoad }) {
    onLoad({ filter: /\/@opentelemetry\/api\/dist\/internal\/global-utils\.mjs$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      const check = 'if (!api.version || !isCompatible(api.version)) return;';
      if (!source.includes(check)) throw new Error(`${path} does not check the version as it did`);
      return { contents: source.replace(check, '') };
    });
  },
};

/**
 * Bundles the preload and the API into a folder, and tells what went where.
 *
 * Not minified and without source maps: a stack trace in a user's log names our functions as they are, source
 * maps would double the package for those few who run with --enable-source-maps, and minifying saves less
 * start-up than can be measured.
 */
export const bundle = async (outdir: string): Promise<Metafile> => {
  const shared = {
    absWorkingDir: root,
    outdir,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    metafile: true,
    legalComments: 'none',
    logLevel: 'warning',
  } as const;
  // In one file and with ordinary imports, because it also has to say on a Node.js that is too old that it is.
  const { metafile: gate } = await build({ ...shared, entryPoints: { register: 'src/register.ts' } });
  const { metafile: chunks } = await build({
    ...shared,
    entryPoints: {
      start: 'src/start.ts',
      index: 'src/index.ts',
      // Required with the first error.
      errors: 'src/errors/errors.ts',
      // Required only when the application logs with us, or its requests are logged.
      logger: 'src/logs/logger/start-logger.ts',
      // Required only when the application makes metrics with the SDK, or they are sent away.
      'metrics-sdk': 'src/metrics/sdk.ts',
      // Required when the application loads a logger, or its console is bridged.
      'logger-bridges': 'src/logs/logger-bridges.ts',
      // Required when the application loads node:http2.
      http2: 'src/http/http2-observer.ts',
      // Each required when the application loads the framework.
      ...Object.fromEntries(frameworks.map(name => [`framework-${name}`, `src/http/frameworks/${name}.ts`])),
      // Required when the application loads the first client of a database, and then one for each client.
      databases: 'src/database/databases.ts',
      ...Object.fromEntries(clients.map(name => [`database-${name}`, `src/database/clients/${name}.ts`])),
      // Each required when the application loads the library.
      ...Object.fromEntries(
        officials.map(name => [
          `instrumentation-${name}`,
          `src/instrumentations/official/libraries/${name}.ts`,
        ]),
      ),
      // Required only when errors are reported and nothing is traced.
      'request-contexts': 'src/http/request-contexts.ts',
      // Required only when something is traced.
      'traces-sdk': 'src/traces/sdk.ts',
      // Imported with the first spans that are sent.
      'span-sender': 'src/traces/span-sender.ts',
      // Required only when log records go somewhere.
      logs: 'src/logs/logs.ts',
      // Required with the first log records that are sent.
      'log-sender': 'src/logs/record-sender.ts',
      // Run by a thread that sends the last of what waits.
      'exit-thread': 'src/transport/exit-thread.ts',
      // Imported with the first page that has such metrics.
      'sdk-families': 'src/prometheus/sdk-families.ts',
      // Imported only when metrics are sent by OTLP; an entry, so that its file has a name.
      'otlp-exporter': 'src/metrics/otlp-exporter.ts',
    },
    chunkNames: 'shared-[hash]',
    splitting: true,
    external: [
      // Read by resource detectors, which are not used: else each would leave a file that nothing imports.
      './getMachineId-*',
    ],
    plugins: [builtins, requireHook, withoutHooks, anyVersion],
  });
  const rest = await mergeChunks(outdir, chunks);
  return {
    inputs: { ...gate.inputs, ...rest.inputs },
    outputs: { ...gate.outputs, ...rest.outputs },
  };
};
