import { knownMethods, otherMethod } from '../../src/catalog/http-methods.ts';
import { unmatchedPath } from '../../src/catalog/http-paths.ts';
import { createLedger } from '../http/ledger.ts';
import type { Ledger, RouteCase, Row } from './ledger.ts';
import { routeCases } from './ledger.ts';

const methodOf = ({ request }: Row): string => {
  const [method = ''] = request.split(' ');
  return knownMethods.has(method) ? method : otherMethod;
};

/** What the page has to say of `http_requests_total` when these rows were asked, each as often as it is there. */
export const countsOf = (rows: readonly Row[]): Readonly<Record<string, number>> => {
  const counts = createLedger();
  for (const row of rows) counts.add(methodOf(row), row.path, row.status);
  return counts.expected;
};

export interface ExpectedSpan {
  readonly name: string;
  readonly route: string | undefined;
  readonly status: number;
  readonly isError: boolean;
}

/** What the span of a row has to say. */
export const spanOf = (row: Row): ExpectedSpan => {
  const method = methodOf(row);
  const verb = method === otherMethod ? 'HTTP' : method;
  const hasRoute = row.path !== unmatchedPath && row.folded === undefined;
  return {
    name: hasRoute ? `${verb} ${row.path}` : verb,
    route: hasRoute ? row.path : undefined,
    status: row.status,
    isError: row.status >= 500,
  };
};

/** What is wrong with a ledger by itself: every kind of route has rows, or a reason why not. */
export const gapsOf = ({ rows, without }: Pick<Ledger, 'rows' | 'without'>): readonly string[] => {
  const gaps: string[] = [];
  for (const name of Object.keys(routeCases) as RouteCase[]) {
    const hasRows = rows.some(row => row.case === name);
    const reason = without[name];
    if (hasRows && reason !== undefined) gaps.push(`${name}: has rows and a reason to have none`);
    if (!hasRows && !reason) gaps.push(`${name}: has neither a row nor a reason`);
  }
  return gaps;
};
