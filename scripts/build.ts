/**
 * Bundles the preload and the API into dist/, with their types and the licences of what is bundled.
 * What users install is what this repository runs.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const root = path.join(import.meta.dirname, '..');
const dist = path.join(root, 'dist');

rmSync(dist, { recursive: true, force: true });

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: ['src/register.ts', 'src/start.ts', 'src/index.ts'],
  outdir: 'dist',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  metafile: true,
  legalComments: 'none',
  // The API is shared with the application, the hook with other tools that patch `require`.
  external: ['@opentelemetry/api', 'require-in-the-middle'],
  // Bundled CommonJS asks for Node's modules by `require`, which an ES module does not have.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});

execFileSync(
  process.execPath,
  [path.join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'],
  {
    cwd: root,
    stdio: 'inherit',
  },
);

writeFileSync(path.join(root, 'THIRD-PARTY-LICENSES.txt'), licences(Object.keys(metafile.inputs)));

const size = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter(entry => entry.isFile() && entry.name.endsWith('.js'))
  .reduce((sum, entry) => sum + readFileSync(path.join(entry.parentPath, entry.name)).length, 0);
console.log(`dist: ${Math.round(size / 1024)} KiB of JavaScript`);

/** Name, version and licence text of every package that the bundle contains. */
function licences(inputs: readonly string[]): string {
  const folders = new Set(
    inputs.flatMap(input => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []),
  );
  return [...folders]
    .sort()
    .map(folder => {
      const directory = path.join(root, folder);
      const { name, version, license } = JSON.parse(
        readFileSync(path.join(directory, 'package.json'), 'utf8'),
      );
      const file = readdirSync(directory).find(entry => /^licen[cs]e/i.test(entry));
      if (file === undefined) throw new Error(`${name} has no licence file, but is bundled`);
      return `${name} ${version} (${license})\n\n${readFileSync(path.join(directory, file), 'utf8').trim()}\n`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}
