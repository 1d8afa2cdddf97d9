import { missing } from '../missing.ts';
import { checkPage, hasPromtool } from '../promtool.ts';

/** For a test's `skip`. */
export const skipWithoutPromtool: string | false = missing(
  hasPromtool(),
  'promtool',
  'apt-get install prometheus',
);

/** prom-client's names, which the contract keeps: three of its gauges end in `_total`. */
const exempt = /^nodejs_active_\w+_total non-counter metrics should not have "_total" suffix$/;

/**
 * What Prometheus' own linter has against a page of the text format.
 *
 * @param allowed matters of style that are let pass; that the page cannot be read never is
 */
export const objectionsOf = (page: string, allowed: RegExp = /^$/): readonly string[] => {
  const { status, output } = checkPage(page);
  const objections = output
    .split('\n')
    .filter(line => line !== '' && !exempt.test(line) && !allowed.test(line));
  // 0: nothing, 3: matters of style, 1: not readable.
  return status === 0 || status === 3 ? objections : [...objections, `exit code ${status}`];
};
