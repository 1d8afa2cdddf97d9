/**
 * Bundles the preload and the API into dist/, with their types and the licences of what is bundled.
 * What users install is what this repository runs.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundle } from './bundle.ts';
import { bundledPackages, licences } from './licences.ts';

const root = path.join(import.meta.dirname, '..');
const dist = path.join(root, 'dist');

// Built elsewhere and copied when it is complete: a process that runs the old dist/ meets no half of a new one.
const built = mkdtempSync(path.join(tmpdir(), 'monitoring-build-'));
try {
  const bundled = path.join(built, 'dist');
  const metafile = await bundle(bundled);

  const types = path.join(built, 'types');
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', path.join(root, 'tsconfig.build.json'), '--outDir', types], {
    stdio: 'inherit',
  });
  for (const file of declarations(path.join(types, 'index.d.ts'))) {
    cpSync(file, path.join(bundled, path.relative(types, file)));
  }
  // The preload exports nothing; its own declarations would bring those of everything that it starts.
  writeFileSync(path.join(bundled, 'register.d.ts'), 'export {};\n');

  writeFileSync(path.join(root, 'THIRD-PARTY-LICENSES.txt'), licences(root, bundledPackages(metafile)));
  rmSync(dist, { recursive: true, force: true });
  cpSync(bundled, dist, { recursive: true });
} finally {
  rmSync(built, { recursive: true, force: true });
}

const size = readdirSync(dist)
  .filter(file => file.endsWith('.js'))
  .reduce((sum, file) => sum + statSync(path.join(dist, file)).size, 0);
console.log(`dist: ${Math.round(size / 1024)} KiB of JavaScript`);

/** A declaration file and those that it imports: the public types, without what only the implementation knows. */
function declarations(file: string, found: Set<string> = new Set()): ReadonlySet<string> {
  if (found.has(file)) return found;
  found.add(file);
  const imported = readFileSync(file, 'utf8').matchAll(/ from '(\.[^']+)\.ts'/g);
  for (const [, name] of imported) declarations(path.resolve(file, '..', `${name}.d.ts`), found);
  return found;
}
