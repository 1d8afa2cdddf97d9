import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../child.ts';

/** A folder of this test's own, removed with it. */
export const temporaryFolder = (t: { after(remove: () => void): void }): string => {
  const folder = mkdtempSync(path.join(tmpdir(), 'monitoring-package-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

/** Runs npm as a user does, without what an npm around this test has set. */
export const npm = (cwd: string, ...args: readonly string[]): string => {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(npm_config_local_prefix|INIT_CWD|NODE_|OTEL_)/i.test(name),
    ),
  );
  return execFileSync('npm', args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
};

/**
 * The tarball that would be published, packed from a copy of this repository's sources: `prepare` builds it,
 * so it is never older than the sources, and nobody who runs dist/ here meanwhile is disturbed.
 */
export const pack = (folder: string): string => {
  const copy = path.join(folder, 'repository');
  cpSync(root, copy, {
    recursive: true,
    filter: source => !['node_modules', 'dist', '.git'].includes(path.basename(source)),
  });
  symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'), 'dir');
  npm(copy, 'pack', '--pack-destination', folder);
  const tarball = readdirSync(folder).find(file => file.endsWith('.tgz'));
  if (tarball === undefined) throw new Error('npm pack has made no tarball');
  return path.join(folder, tarball);
};
