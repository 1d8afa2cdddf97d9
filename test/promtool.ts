import { spawnSync } from 'node:child_process';

export const hasPromtool = (): boolean => spawnSync('promtool', ['--version']).error === undefined;

/** Prometheus' own parser and linter on a page of the text format: 0 nothing, 3 matters of style, 1 not readable. */
export const checkPage = (page: string): { readonly status: number | null; readonly output: string } => {
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
    input: page,
    encoding: 'utf8',
  });
  return { status, output: `${stdout}${stderr}` };
};
