import { failingCases, type Ledger, type Outcome, type Row, routeCases } from '../test/frameworks/ledger.ts';
import type { Family } from '../test/frameworks/ledgers.ts';
import { usualOutcomes } from '../test/frameworks/outcomes.ts';
import { anchorOf, code, list, type Merged, merged as mergedBy, table } from './markdown.ts';

/** A package and its version: `express 5.3.0`. */
export type VersionsOf = (ledger: Ledger) => readonly string[];

const introduction = `# Frameworks

<!-- Generated from test/frameworks/ledgers by scripts/docs.ts: change a ledger there, then run "npm run docs". -->

What is counted and reported of the same kinds of route and of failure, in every framework that this package knows. The tables are
not written by hand: \`npm test\` runs an application of each version under the preload, sends it these requests, one after another and a hundred at once, and
compares what was counted, traced and reported with them, exactly.

**The route** is the label \`path\` of the HTTP metrics, \`http.route\` of the span, and \`route\` of the request log: the template that the
application has registered, with the templates of everything that it is mounted in. It is never the URL that was asked for.

- What no route took is \`unmatched\`: answers with 404, 405 and 501 that no route gave, and others that earned no label.
- Where nothing tells a route, the path is counted with its ids **folded** (\`/users/42\` as \`/users/:id\`), if an answer with 2xx or 3xx proves that it exists. A hundred such
  paths are counted in the life of a process, further ones as \`other\`. A span then has no \`http.route\`. Such rows are marked with \`*\`.

**The error** is what a handler threw, rejected or passed on, before the framework or an error handler made an answer of it. It goes to Sentry, Slack and the log
once, if the answer is 500 or more, or was cut: [errors and alerts](errors.md). No request of the tables of routes is reported as one.

**Nothing has to be set.** An adapter is read when the application loads its framework. To leave a framework alone, name it:
\`OTEL_NODE_DISABLED_INSTRUMENTATIONS=express,koa\`. Its requests are then still counted, with folded paths, and failed answers reported, without their errors. A framework must be a
module of its own: in an application that was bundled into one file it cannot be seen.

**Not supported** are the routes and errors of

- frameworks without a section below, and any framework that was bundled into one file with the application, or loaded before the preload;
- requests by gRPC, which are left out of the metrics: [metrics](metrics.md);
- what a framework does without a route, such as static files and guards of some: each section says it under "Limits".

Other versions than those of the table are not tested. A framework that is not as its adapter expects is left alone, with one line that says so.
`;

const notListed = `## What is not listed

A framework that has no section runs on one of Node.js' own servers, and its requests are counted, traced and reported as [without a framework](#without-a-framework): by folded paths,
and failed answers without their errors. Nothing of it is patched.
`;

/** The whole page: what all have in common, and a section for each framework. */
export const frameworksPage = (families: readonly Family[], versionsOf: VersionsOf): string =>
  [
    introduction,
    overview(families, versionsOf),
    kinds(families),
    usualErrors(),
    ...families.map(family => section(family)),
    notListed,
  ].join('\n');

const overview = (families: readonly Family[], versionsOf: VersionsOf): string =>
  table(
    ['framework', 'tested with', 'routes', 'errors', 'observed by', 'switched off by'],
    families.flatMap(({ ledgers }) =>
      ledgers.map(ledger => [
        `[${ledger.name}](#${anchorOf(familyOf(families, ledger))})`,
        versionsOf(ledger).join(', ') || 'the Node.js that runs it',
        ledger.rows.some(hasRoute) ? 'templates' : 'folded paths',
        hasErrors(ledger) ? 'the error itself' : 'failed answers',
        ledger.observedBy ?? 'the HTTP server alone',
        ledger.adapter === undefined ? '`http`' : `\`${ledger.adapter}\``,
      ]),
    ),
  );

/** In the order in which the sections have them. */
const kinds = (families: readonly Family[]): string =>
  `## Routes

The sections below have a table each, of these kinds of route:

${table(
  ['case', 'what it is'],
  [
    ...new Map(
      families
        .flatMap(({ ledgers }) => ledgers.flatMap(({ rows }) => rows))
        .map(row => [row.case, routeCases[row.case]]),
    ),
  ],
)}`;

const usualErrors = (): string =>
  `## Errors

What is reported of a request that fails. Frameworks do the same unless their section says otherwise.

${table(
  ['what happens', 'the client gets', 'is reported'],
  Object.entries(usualOutcomes)
    .filter(([name]) => name !== 'ok')
    .map(([name, outcome]) => [
      ...[failingCases[name] ?? name, clientGets(outcome, name), isReported(outcome)],
    ]),
)}`;

const section = ({ name, ledgers }: Family): string => {
  const rows = Map.groupBy(
    merged(ledgers, ({ rows }) => rows.map(({ ownRoute: _, ...row }): Row => row)),
    ({ value }) => value.case,
  );
  const failures = merged(ledgers, unusual);
  const parts = [
    `## ${name}\n`,
    table(
      ['case', 'request', 'route', 'status'],
      [...rows.values()]
        .flat()
        .map(({ value: row, only }) => [
          `${row.case}${only}`,
          code(row.request),
          row.folded ? `${code(row.path)} *` : code(row.path),
          String(row.status),
        ]),
    ),
    failures.length === 0
      ? 'Errors: as [in all](#errors).\n'
      : `Errors: as [in all](#errors), but\n\n${table(
          ['what happens', 'the client gets', 'is reported'],
          failures.map(({ value: { name: failure, ...outcome }, only }) => [
            `${failingCases[failure] ?? failure}${only}`,
            clientGets(outcome, failure),
            isReported(outcome),
          ]),
        )}`,
    said('It does not have:', merged(ledgers, missing)),
    said('Limits:', merged(ledgers, limitsOf)),
  ];
  return parts.filter(part => part !== '').join('\n');
};

const unusual = ({ outcomes }: Ledger): readonly (Outcome & { readonly name: string })[] =>
  Object.entries(outcomes)
    .map(([name, outcome]) => ({ name, ...outcome }))
    .filter(({ name, ...outcome }) => JSON.stringify(usualOutcomes[name]) !== JSON.stringify(outcome));

const missing = ({ without, withoutFailing = {} }: Ledger): readonly string[] => [
  ...Object.entries(without).map(([kind, reason]) => `${kind}: ${reason}`),
  ...Object.entries(withoutFailing).map(([name, reason]) => `${failingCases[name] ?? name}: ${reason}`),
];

const limitsOf = ({ rows, limits = [] }: Ledger): readonly string[] => {
  if (!rows.some(hasRoute)) return ['No route is known: folded paths are counted.', ...limits];
  const folded = new Set(rows.filter(row => row.folded).map(row => row.case));
  if (folded.size === 0) return limits;
  return [`No route is known of: ${[...folded].join(', ')}. Folded paths are counted.`, ...limits];
};

const said = (title: string, lines: readonly Merged<string>[]): string =>
  list(
    title,
    lines.map(({ value, only }) => `${value}${only}`),
  );

/** What several versions say, each thing once. */
const merged = <Value>(ledgers: readonly Ledger[], read: (ledger: Ledger) => readonly Value[]) =>
  mergedBy(ledgers, ({ name }) => name, read);

const hasRoute = ({ path, folded }: Row): boolean => path !== 'unmatched' && folded === undefined;

const hasErrors = ({ outcomes }: Ledger): boolean => outcomes.throw?.failure?.message != null;

/** @param name of the failing case: a client that leaves where it does not say so has waited in vain */
const clientGets = ({ answer }: Outcome, name: string): string => {
  if (answer === 'cut') return 'a connection that is closed';
  if (answer === 'left') return name.startsWith('gone') ? '–' : 'no end of the answer';
  return String(answer);
};

const isReported = ({ failure }: Outcome): string => {
  if (failure === undefined) return 'nothing';
  const { status, message } = failure;
  const counted = `with status ${status}`;
  if (message === null) return `the answer without an error, ${counted}`;
  return `${message === 'boom' ? 'the error' : 'what was thrown'}, ${counted}`;
};

const familyOf = (families: readonly Family[], ledger: Ledger): string =>
  families.find(({ ledgers }) => ledgers.includes(ledger))?.name ?? '';
