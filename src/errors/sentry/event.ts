import type { Event } from '@sentry/core';
import type { LogRecord } from '../../logs/record.ts';
import type { Json } from '../../redaction/redaction.ts';
import type { ErrorReport } from '../report.ts';
import { breadcrumbsOf } from './breadcrumbs.ts';
import { exceptionsOf } from './exceptions.ts';
import { cut } from './limits.ts';
import { processContexts } from './process-contexts.ts';

export interface SentryItem {
  readonly report: ErrorReport;
  /** What was caught, as it was; by it the application's own Sentry knows the error. */
  readonly original: unknown;
}

/** What all events of this process have. */
export interface EventOrigin {
  readonly environment: string | undefined;
  readonly release: string | undefined;
  readonly service: string;
  /** Name of this machine. */
  readonly host: string;
}

/**
 * The event of Sentry for a report: without secrets as the report is, and with nothing of headers, bodies, environment and
 * arguments. Source: Sentry's developer documentation, "Event Payloads".
 *
 * @param lines what was logged in the trace before
 */
export const sentryEvent = (
  report: ErrorReport,
  { environment, release, service, host }: EventOrigin,
  lines: readonly LogRecord[],
): Event => {
  const { eventId, time, severity, source, trace, request, user, repeats } = report;
  const breadcrumbs = breadcrumbsOf(lines);
  const route = request?.route;
  return {
    event_id: eventId,
    timestamp: time / 1_000,
    platform: 'node',
    level: severity === 'critical' ? 'fatal' : severity,
    server_name: host,
    ...(environment !== undefined && { environment }),
    ...(release !== undefined && { release }),
    ...(request !== undefined && {
      transaction: cut(`${request.method} ${route ?? ''}`.trimEnd(), 200),
      request: {
        method: request.method,
        ...(request.url !== undefined && { url: cut(request.url, 2_048) }),
      },
    }),
    exception: { values: exceptionsOf(report) },
    ...(user !== undefined && { user: { id: cut(user, 128) } }),
    tags: tagsOf({
      service,
      source,
      route,
      status: request?.status,
      repeats: repeats?.count,
    }),
    extra: extraOf(report),
    contexts: {
      ...processContexts(time),
      ...(trace !== undefined && {
        trace: {
          trace_id: trace.traceId,
          span_id: trace.spanId,
          ...(request !== undefined && { op: 'http.server' }),
        },
      }),
    },
    ...(breadcrumbs.length > 0 && { breadcrumbs }),
  };
};

/** Sentry leaves out a tag that is empty, has more than 200 characters or more than one line. */
const tagsOf = (values: Readonly<Record<string, string | number | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => {
      const line = String(value ?? '').replace(/\s+/g, ' ');
      const text = cut(line.trim(), 200);
      return text === '' ? [] : [[name, text]];
    }),
  );

/** What the application said beside the error, and what else its errors have, by how they are reached. */
const extraOf = ({ context, exceptions, repeats }: ErrorReport): Record<string, Json> => {
  const paths: string[] = [];
  for (const { parent } of exceptions) {
    paths.push(parent === undefined ? 'error' : `${paths[parent.index] ?? 'error'}.${parent.name}`);
  }
  const properties = exceptions.flatMap(({ properties: some }, index): [string, Json][] =>
    Object.keys(some).length === 0 ? [] : [[`properties of ${paths[index]}`, some]],
  );
  return {
    ...Object.fromEntries(properties),
    ...context,
    ...(repeats !== undefined && { repeats: { count: repeats.count, ms: repeats.ms } }),
  };
};
