import {
  brokenRoute,
  busyBackend,
  calls,
  failingQueries,
  garbage,
  gone,
  lostReports,
  noCollector,
  nonsense,
  refusingBackend,
  restarts,
  slowQueries,
  slowRoute,
  stalls,
} from './faults.ts';
import type { Stack } from './stack.ts';

/** Each fault by what one would say about it. */
export const namedFaults = ({
  instances: [, second],
  ...stack
}: Stack): Readonly<Record<string, (signal: AbortSignal) => Promise<unknown>>> => {
  const nowhere = 'http://127.0.0.1:1/';
  const services = [`${second.url}/health`, `${second.url}/api/reports/broken`, nowhere];
  const { collector, backend, database, sentry, slack } = stack;
  return {
    'a route is broken': signal => brokenRoute(second, signal),
    'a route is slow': signal => slowRoute(second, signal),
    'other services fail': signal => calls(second, services, signal),
    'the database is slow': signal => slowQueries(database.url, signal),
    'a table is not there': signal => failingQueries(database.url, signal),
    'the event loop stalls': signal => stalls(second, signal),
    'garbage is collected all the time': signal => garbage(second, signal),
    'an instance is gone': signal => gone(second, signal),
    'an instance restarts again and again': signal => restarts(second, signal),
    'Sentry and Slack take nothing': signal => lostReports(sentry, slack, signal),
    'the package meets nonsense': signal => nonsense(second, signal),
    ...(collector && {
      'what is behind the Collector refuses': signal => refusingBackend(backend, signal),
      'what is behind the Collector is busy': signal => busyBackend(backend, signal),
      'the Collector is gone': signal => noCollector(collector, signal),
    }),
  };
};
