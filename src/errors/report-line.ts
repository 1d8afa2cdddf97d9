import type { ErrorLine } from '../logs/error-line.ts';
import type { LogTrace } from '../logs/record.ts';
import type { Redaction } from '../redaction/redaction.ts';
import type { Alert } from './alert.ts';
import { describeError } from './describe.ts';
import { repeatsText } from './repeats.ts';
import type { ErrorReport } from './report.ts';

/**
 * The line of a report in the log: what was thrown, where, and under which id it is found in Sentry.
 *
 * @param eventId of the event in Sentry; `undefined`: there is none
 */
export const reportLine = (report: ErrorReport, eventId: string | undefined): ErrorLine => {
  const [{ type, message, stack, properties }, ...causes] = report.exceptions;
  const { method, route, url, status } = report.request ?? {};
  const stacks = [
    stack ?? `${type}: ${message}`,
    ...causes.map(cause => `[${cause.parent?.name}]: ${cause.stack ?? `${cause.type}: ${cause.message}`}`),
  ];
  const stacktrace = stacks.join('\n');
  return {
    level: report.severity === 'warning' ? 'warn' : 'error',
    message: report.repeats === undefined ? message : `${message} ${repeatsText(report.repeats)}`,
    properties: {
      ...report.context,
      ...properties,
      name: type,
      ...(stack !== undefined && { stack: stacktrace }),
      source: report.source,
      ...(method !== undefined && { method }),
      ...(url !== undefined && { url }),
      ...(route !== undefined && { route }),
      ...(status !== undefined && { status }),
      ...(report.user !== undefined && { user: report.user }),
      ...(report.repeats !== undefined && { repeats: report.repeats.count }),
      ...(eventId !== undefined && { eventId }),
    },
    exception: { type, message, ...(stack !== undefined && { stacktrace }) },
    trace: report.trace,
  };
};

/** An alert that was not delivered, so that it is not lost. */
export const failedAlertLine = ({ severity, title, message, trace }: Alert): ErrorLine => ({
  level: 'error',
  message: 'Failed to send alert',
  properties: { severity, title, alert: message },
  trace,
});

/** A warning of the process, as Node.js prints it. */
export const warningLine = (warning: Error, secrets: Redaction, trace: LogTrace | undefined): ErrorLine => {
  const [{ type, message, stack, properties }] = describeError(warning, secrets);
  return {
    level: 'warn',
    message: `${type}: ${message}`,
    properties: { ...properties, name: type, ...(stack !== undefined && { stack }) },
    trace,
  };
};
