import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

const modules = path.join(import.meta.dirname, 'node_modules');
const files = ['package.json', 'package-lock.json', '.npmrc'];

/**
 * Sees to it that Grafana's components are there: installed once for each lock file, outside the clone, so that only
 * those who draw previews have these hundreds of packages.
 */
export const linkPackages = (): void => {
  const key = createHash('sha256');
  for (const file of files) key.update(readFileSync(path.join(import.meta.dirname, file)));
  const cache = path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'ykmake-monitoring');
  const folder = path.join(cache, `grafana-preview-${key.digest('hex').slice(0, 16)}`);
  if (!existsSync(folder)) install(cache, folder);
  // Moved onto its place, where another process may be reading.
  const link = `${modules}-${process.pid}`;
  symlinkSync(path.join(folder, 'node_modules'), link);
  if (lstatSync(modules, { throwIfNoEntry: false })?.isDirectory()) rmSync(modules, { recursive: true });
  renameSync(link, modules);
};

const install = (cache: string, folder: string): void => {
  mkdirSync(cache, { recursive: true });
  // Beside its place and then moved: an installation that was broken off is never found.
  const unfinished = mkdtempSync(`${folder}-`);
  for (const file of files) cpSync(path.join(import.meta.dirname, file), path.join(unfinished, file));
  const args = ['ci', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  execFileSync('npm', args, { cwd: unfinished, stdio: ['ignore', 2, 2] });
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    // Another process was faster.
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
};
