import path from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';

const root = path.join(import.meta.dirname, '..');

/**
 * An ES module import of `node:http` reads each of its exports, and one of them, `WebSocket`, loads all of
 * undici: a third of our start-up. Asked for in this way, Node loads the server alone.
 */
const lightHttp: Plugin = {
  name: 'light-http',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:http$/ }, ({ path }) => ({ path, namespace: 'light-http' }));
    onLoad({ filter: /.*/, namespace: 'light-http' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('${path}');`,
    }));
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
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: {
      register: 'src/register.ts',
      start: 'src/start.ts',
      index: 'src/index.ts',
      // Imported only when metrics are sent by OTLP; an entry, so that its file has a name.
      'otlp-exporter': 'src/metrics/otlp-exporter.ts',
    },
    outdir,
    chunkNames: 'shared-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    metafile: true,
    legalComments: 'none',
    external: [
      // The API is shared with the application, the hook with other tools that patch `require`.
      '@opentelemetry/api',
      'require-in-the-middle',
      // Read by resource detectors, which are not used: else each would leave a file that nothing imports.
      './getMachineId-*',
    ],
    plugins: [lightHttp],
    logLevel: 'warning',
  });
  return metafile;
};
