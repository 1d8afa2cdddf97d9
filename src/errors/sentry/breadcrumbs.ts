import type { Breadcrumb } from '@sentry/core';
import type { LogRecord } from '../../logs/record.ts';
import { cut } from './limits.ts';

/** Lines of the log that an event shows: the last ones before the error. */
const most = 20;

/** Log records, in their order, as the trail that led to an error. */
export const breadcrumbsOf = (records: readonly LogRecord[]): Breadcrumb[] =>
  records.slice(-most).map(({ time, severityNumber, severityText, scope, body, attributes }) => ({
    timestamp: time / 1_000,
    level: levelOf(severityNumber),
    category: cut(scope, 64),
    message: cut(typeof body === 'string' ? body : JSON.stringify(body), 1_024),
    data: { level: severityText, ...attributes },
  }));

/** Source: OpenTelemetry logs data model, "SeverityNumber"; 0: none is known. */
const levelOf = (severityNumber: number): NonNullable<Breadcrumb['level']> => {
  if (severityNumber >= 21) return 'fatal';
  if (severityNumber >= 17) return 'error';
  if (severityNumber >= 13) return 'warning';
  return severityNumber >= 9 || severityNumber === 0 ? 'info' : 'debug';
};
