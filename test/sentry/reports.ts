import type { ErrorReport, ReportedException } from '../../src/errors/report.ts';

/** A report of an error that a request failed with. */
export const reportOf = (changes: Partial<ErrorReport> = {}): ErrorReport => ({
  eventId: 'abcdef0123456789abcdef0123456789',
  time: Date.now(),
  severity: 'error',
  source: 'request',
  exceptions: [exceptionOf(new TypeError('boom'))],
  trace: { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 },
  request: { method: 'GET', route: '/users/:id', url: '/users/7?page=2', status: 500 },
  user: 'u-7',
  context: { plan: 'pro' },
  ...changes,
});

export const exceptionOf = (error: Error, changes: Partial<ReportedException> = {}): ReportedException => ({
  type: error.name,
  message: error.message,
  stack: error.stack,
  properties: {},
  ...changes,
});
