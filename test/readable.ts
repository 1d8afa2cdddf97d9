import { checkPage, hasPromtool } from './promtool.ts';

let present: boolean | undefined;

/**
 * Throws when Prometheus' own parser cannot read a page of the text format; matters of style pass. Without
 * promtool nothing is checked here: its own suite says loudly that it is missing.
 */
export const assertReadable = (page: string): void => {
  present ??= hasPromtool();
  if (!present) return;
  const { status, output } = checkPage(page);
  if (status !== 0 && status !== 3) throw new Error(`promtool: ${output}\n${page}`);
};
