import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { root } from '../child.ts';

export interface BuiltPreload {
  /** test/fixtures/process-errors/preload.ts for every version of Node.js, beside the file that its thread runs. */
  readonly file: string;
  readonly remove: () => void;
}

export const buildPreload = async (): Promise<BuiltPreload> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'process-errors-'));
  await build({
    absWorkingDir: root,
    outdir: folder,
    entryPoints: {
      preload: 'test/fixtures/process-errors/preload.ts',
      'exit-thread': 'src/transport/exit-thread.ts',
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    logLevel: 'warning',
  });
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
  return {
    file: path.join(folder, 'preload.js'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};
