import { spawnSync } from 'node:child_process';

let hasPromtool: boolean | undefined;

/**
 * Throws when Prometheus' own parser cannot read a page of the text format; matters of style pass. Without
 * promtool nothing is checked here: its own suite says loudly that it is missing.
 */
export const assertReadable = (page: string): void => {
  hasPromtool ??= spawnSync('promtool', ['--version']).error === undefined;
  if (!hasPromtool) return;
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
    input: page,
    encoding: 'utf8',
  });
  if (status !== 0 && status !== 3) throw new Error(`promtool: ${stdout}${stderr}\n${page}`);
};
