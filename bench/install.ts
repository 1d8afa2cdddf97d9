import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Installs the packages of a folder exactly as its lock file says, without their install scripts, unless this has
 * been done with the same lock file. Throws with what npm said where it cannot.
 */
export const install = (folder: string): void => {
  const lock = readFileSync(path.join(folder, 'package-lock.json'), 'utf8');
  const installed = path.join(folder, 'node_modules/.installed-lock.json');
  if (existsSync(installed) && readFileSync(installed, 'utf8') === lock) return;
  console.log(`installing what the benchmarks compare with: ${path.basename(folder)}`);
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  writeFileSync(installed, lock);
};
