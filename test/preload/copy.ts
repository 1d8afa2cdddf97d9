import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../child.ts';

export interface Copy {
  /** The preload of the copy. */
  readonly register: string;
  remove(): void;
}

/**
 * A second copy of the built package in a folder of its own.
 *
 * @param dependencies whether the packages that it imports are found from there
 */
export const copyPackage = ({ dependencies }: { readonly dependencies: boolean }): Copy => {
  const folder = mkdtempSync(path.join(tmpdir(), 'monitoring-copy-'));
  cpSync(path.join(root, 'dist'), path.join(folder, 'dist'), { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
  if (dependencies) symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  return {
    register: path.join(folder, 'dist/register.js'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};
