import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promtool2, promtool3, type StackProgram } from '../programs.ts';
import { prometheusFolder } from './shipped.ts';

export interface Answer {
  readonly code: number | null;
  readonly output: string;
}

/** Debian's 2.42 and the next one's 3.5, for a test each. */
export const promtools: readonly (readonly [version: string, program: StackProgram])[] = [
  ['2.42', promtool2],
  ['3.5', promtool3],
];

export const runPromtool = (program: StackProgram, args: readonly string[], cwd: string): Answer => {
  const { status, stdout, stderr } = spawnSync(program.path, args, { cwd, encoding: 'utf8' });
  return { code: status, output: `${stdout}${stderr}` };
};

/** For the copies of this process; removed when it ends. */
const copies = mkdtempSync(path.join(tmpdir(), 'prometheus-files-'));
process.once('exit', () => rmSync(copies, { recursive: true, force: true }));

/** A copy of the folder `prometheus` that may be spoilt. */
export const copyOfPrometheus = (): string => {
  const folder = mkdtempSync(path.join(copies, 'copy-'));
  cpSync(prometheusFolder, folder, { recursive: true });
  return folder;
};
