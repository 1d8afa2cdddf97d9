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

export interface NamedFault {
  /** What one would say about it. */
  readonly name: string;
  /** Goes on until the signal. */
  readonly run: (signal: AbortSignal) => Promise<unknown>;
  /** PromQL that has an answer once it can be seen; `other` is what no longer fits into MONITORING_MAX_SERIES. */
  readonly seen: string;
}

/** Every fault. Those of a list touch the same part, and come one after the other. */
export const namedFaults = (stack: Stack): readonly (readonly NamedFault[])[] => {
  const { collector, backend, database, sentry, slack } = stack;
  const [, second] = stack.instances;
  const of = `instance="${second.address}"`;
  // Nobody listens on port 2; port 1 is one that fetch does not even try.
  const services = [`${second.url}/health`, `${second.url}/api/reports/broken`, 'http://127.0.0.1:2/'];
  const fault = (name: string, run: (signal: AbortSignal) => Promise<unknown>, seen: string): NamedFault => ({
    name,
    run,
    seen,
  });

  return [
    [
      fault(
        'a route is broken',
        signal => brokenRoute(second, signal),
        `sum(http_requests_total{${of},path=~"/api/reports/broken|other"}) > 20`,
      ),
      fault(
        'a route is slow',
        signal => slowRoute(second, signal),
        `sum(http_requests_total{${of},path=~"/api/reports/slow|other"}) > 40`,
      ),
      fault(
        'other services fail',
        signal => calls(second, services, signal),
        `count(increase(http_client_request_duration_seconds_count{${of}}[20s]) > 0) >= 3`,
      ),
      fault(
        'the package meets something that it was not made for',
        signal => nonsense(second, signal),
        `increase(monitoring_hook_failures_total{${of}}[20s]) > 0`,
      ),
      fault('an instance is gone', signal => gone(second, signal), `up{${of}} == 0`),
      fault(
        'the event loop stalls',
        signal => stalls(second, signal),
        `nodejs_eventloop_lag_p99_seconds{${of}} > 0.25`,
      ),
      fault(
        'garbage is collected all the time',
        signal => garbage(second, signal),
        `sum(rate(nodejs_gc_duration_seconds_sum{${of}}[10s])) > 0.1`,
      ),
      fault(
        'an instance restarts again and again',
        signal => restarts(second, signal),
        'ALERTS{alertname="RestartedOften",alertstate="firing"}',
      ),
      // No fault, but what the last one leads to.
      fault(
        'people are told',
        () => Promise.resolve(),
        'sum(increase(alertmanager_notifications_total[5m])) > 0',
      ),
    ],
    [
      fault(
        'the database is slow',
        signal => slowQueries(database.url, signal),
        'histogram_quantile(0.95, sum by (le) (rate(db_query_duration_seconds_bucket{table="projects"}[10s]))) > 0.5',
      ),
      fault(
        'every query for a project fails',
        signal => failingQueries(database.url, signal),
        'sum(increase(db_query_errors_total{table="projects"}[20s])) > 5',
      ),
    ],
    [
      fault(
        'Sentry and Slack take nothing',
        signal => lostReports(sentry, slack, signal),
        'sum(monitoring_error_events_total{outcome="failed"}) > 0 and sum(monitoring_alerts_total{outcome="failed"}) > 0',
      ),
    ],
    collector === undefined
      ? []
      : [
          fault(
            'what is behind the Collector refuses',
            signal => refusingBackend(backend, signal),
            'sum(rate(otelcol_exporter_send_failed_spans_total[20s])) > 0 and sum(rate(otelcol_exporter_send_failed_log_records_total[20s])) > 0',
          ),
          fault(
            'what is behind the Collector is busy',
            signal => busyBackend(collector, backend, signal),
            'sum(rate(otelcol_exporter_enqueue_failed_spans_total[20s])) > 0 and sum(rate(otelcol_exporter_enqueue_failed_log_records_total[20s])) > 0',
          ),
          fault(
            'the Collector is gone',
            signal => noCollector(collector, signal),
            'sum(rate(monitoring_dropped_total{reason="export_failed"}[10s])) > 0',
          ),
        ],
  ];
};
