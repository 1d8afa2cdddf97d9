import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { errorAlert } from '../../src/errors/error-alert.ts';
import type { ErrorReport, ReportedException } from '../../src/errors/report.ts';

const frames = (count: number): string =>
  Array.from({ length: count }, (_, index) => `\n    at f${index} (/app/a.js:${index}:1)`).join('');
const exception = (
  type: string,
  message: string,
  others: Partial<ReportedException> = {},
): ReportedException => ({
  ...{ type, message, stack: `${type}: ${message}${frames(2)}`, properties: {} },
  ...others,
});
const report: ErrorReport = {
  eventId: '0af7651916cd43dd8448eb211c80319c',
  time: 1_764_000_000_000,
  severity: 'error',
  source: 'request',
  exceptions: [exception('TypeError', 'x is undefined')],
  trace: { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', traceFlags: 1 },
  request: { method: 'GET', route: '/orders/:id', url: '/orders/1?a=b', status: 500 },
  user: 'u1',
  context: { orderId: 7 },
};

describe('the alert about an error', () => {
  test('holds what a person looks for, in its order', () => {
    const { details, ...others } = errorAlert(report, '에러 발생', true);
    assert.deepEqual(others, {
      ...{ severity: 'error', title: '에러 발생', time: report.time, trace: report.trace },
      message: 'TypeError: x is undefined',
    });
    assert.deepEqual(Object.entries(details), [
      ['stack', `TypeError: x is undefined${frames(2)}`],
      ['method', 'GET'],
      ['route', '/orders/:id'],
      ['status', 500],
      ['user', 'u1'],
      ['orderId', 7],
      ['eventId', report.eventId],
    ]);
  });

  test('leaves out what is not known', () => {
    const { details, message } = errorAlert(
      {
        ...report,
        exceptions: [exception('string', '', { stack: undefined })],
        request: { method: 'GET', route: undefined, url: '/', status: undefined },
        user: undefined,
        context: {},
      },
      'x',
      false,
    );
    assert.equal(message, 'string');
    assert.deepEqual(details, { method: 'GET' });
    const outside = errorAlert({ ...report, request: undefined }, 'x', true).details;
    assert.deepEqual(Object.keys(outside), ['stack', 'user', 'orderId', 'eventId']);
  });

  test('says of a digest how often', () => {
    const repeats = { count: 1_204, ms: 300_000 };
    assert.deepEqual(errorAlert({ ...report, repeats }, 'x', true).repeats, repeats);
  });

  test('loses nothing that the application calls as we do', () => {
    const context = JSON.parse('{"status":"paid","eventId":1,"__proto__":{"a":1}}');
    const { details } = errorAlert({ ...report, context }, 'x', true);
    assert.equal(details.status, 500);
    assert.equal(details['context.status'], 'paid');
    assert.equal(details.eventId, report.eventId);
    assert.equal(details['context.eventId'], 1);
    assert.deepEqual(Object.getOwnPropertyDescriptor(details, '__proto__')?.value, { a: 1 });
  });

  test('shows causes, and of each stack as much as leaves room for the others', () => {
    const causes = [
      exception('Error', 'outer', { stack: `Error: outer${frames(50)}` }),
      exception('Error', 'connect', {
        stack: `Error: connect${frames(9)}`,
        parent: { index: 0, name: 'cause' },
      }),
      exception('string', 'why', { stack: undefined, parent: { index: 1, name: 'errors[0]' } }),
    ] as const;
    assert.equal(
      errorAlert({ ...report, exceptions: causes }, 'x', true).details.stack,
      [
        `Error: outer${frames(8)}\n    … 42 more`,
        `[cause]: Error: connect${frames(8)}\n    … 1 more`,
        '[errors[0]]: string: why',
      ].join('\n'),
    );
    const long = `Error: ${'x'.repeat(9_999)}${frames(50)}`;
    const { stack } = errorAlert(
      { ...report, exceptions: [exception('Error', '', { stack: long })] },
      'x',
      true,
    ).details;
    assert.equal(stack, `Error: ${'x'.repeat(293)}…${frames(20)}\n    … 30 more`);
  });
});
