import { knownMethods, otherMethod } from '../../src/catalog/http-methods.ts';
import { unmatchedPath } from '../../src/catalog/http-paths.ts';
import { createLedger } from '../http/ledger.ts';
import { failingCases, type Ledger, type Row, routeCases } from './ledger.ts';

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

/** What is wrong with a ledger by itself: every kind of route and of failure is there, or a reason why not. */
export const gapsOf = ({ rows, without, outcomes, withoutFailing = {} }: Held): readonly string[] => [
  ...gaps(Object.keys(routeCases), new Set(rows.map(row => row.case)), without),
  ...gaps(Object.keys(failingCases), new Set(Object.keys(outcomes)), withoutFailing),
];

type Held = Pick<Ledger, 'rows' | 'without' | 'outcomes' | 'withoutFailing'>;

const gaps = (
  kinds: readonly string[],
  held: ReadonlySet<string>,
  reasons: Readonly<Record<string, string>>,
): readonly string[] =>
  kinds
    .filter(kind => held.has(kind) === Boolean(reasons[kind]))
    .map(
      kind =>
        `${kind}: ${held.has(kind) ? 'is there, with a reason why not' : 'is not there, without a reason'}`,
    );
