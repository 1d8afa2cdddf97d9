import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CompletedRequest } from '../../src/logs/completed-request.ts';
import { prepared } from '../../src/logs/prepared.ts';
import { memoryLogging } from './memory-logging.ts';

const trace = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 0 };
const request: CompletedRequest = {
  ...{
    method: 'GET',
    target: '/users/7?token=hunter2',
    route: '/users/:id',
    status: 200,
    seconds: 0.0123456,
  },
  ...{ aborted: false, userAgent: 'agent Bearer hunter2hunter2hunter2', address: '127.0.0.1', trace },
};
const said = {
  ...{ method: 'GET', url: '/users/7?token=REDACTED', route: '/users/:id', status: 200, duration: 12.346 },
  ...{ userAgent: 'agent Bearer REDACTED', ip: '127.0.0.1' },
};
const ids = { trace_id: trace.traceId, span_id: trace.spanId, trace_flags: '00' };

test('without a logger: to OpenTelemetry, and into no file', () => {
  const ours = memoryLogging({ settings: { logDirectory: undefined } });
  ours.logRequest(request);
  ours.logRequest({ ...request, status: 503, trace: undefined });
  assert.deepEqual(
    ours.emitted.map(({ time: _, ...record }) => record),
    [
      {
        ...{ severityNumber: 9, severityText: 'info', body: 'Request completed', attributes: said, trace },
        ...{ scope: '@ykmake/monitoring', isOwn: true },
      },
      {
        ...{ severityNumber: 17, severityText: 'error', body: 'Request completed' },
        ...{
          attributes: { ...said, status: 503 },
          trace: undefined,
          scope: '@ykmake/monitoring',
          isOwn: true,
        },
      },
    ],
  );
  assert.equal(ours.files.size, 0);
});

test('without a logger, with LOG_DIR: the same into its files', () => {
  const ours = memoryLogging();
  ours.logRequest(request);
  const [{ timestamp, ...line } = {}] = ours.lines();
  assert.ok(Math.abs(Date.parse(String(timestamp)) - Date.now()) < 60_000);
  assert.deepEqual(line, { level: 'info', message: 'Request completed', service: 'ykmake', ...said, ...ids });
  assert.equal(ours.console.length, 0);
});

test('with a logger: through it, once, with its metadata, and never directly', () => {
  const ours = memoryLogging();
  const seen: unknown[] = [];
  const transform = (info: object): object => {
    seen.push((info as { [prepared]?: unknown })[prepared]);
    return info;
  };
  ours.createLogger({ defaultMeta: { region: 'eu' } });
  ours.logRequest(request);
  const [{ timestamp: _, ...line } = {}] = ours.lines();
  const expected = { ...said, service: 'ykmake', region: 'eu' };
  assert.deepEqual(line, { level: 'info', message: 'Request completed', ...expected, ...ids });
  assert.deepEqual([ours.lines().length, ours.emitted.length], [1, 0]);

  const bridged = memoryLogging();
  bridged.createLogger({ format: { transform } });
  bridged.logRequest(request);
  assert.deepEqual(seen, [
    { body: 'Request completed', attributes: { ...said, service: 'ykmake' }, trace, isOwn: true },
  ]);
});

test('the stand-in brings it to OpenTelemetry, with the trace of the request', () => {
  const ours = memoryLogging({ loadWinston: () => undefined });
  ours.logger();
  ours.logRequest(request);
  assert.deepEqual(
    ours.emitted.map(record => record.trace),
    [trace],
  );
});

test('the default logger is chosen before others', () => {
  const ours = memoryLogging();
  ours.createLogger({ service: 'first' });
  ours.logRequest(request);
  ours.logger();
  ours.logRequest(request);
  assert.deepEqual(
    ours.lines().map(({ service }) => service),
    ['first', 'ykmake'],
  );
});

test('a logger that does not write the level, or nothing, makes no record', () => {
  const ours = memoryLogging();
  const logger = ours.logger();
  logger.level = 'error';
  ours.logRequest(request);
  logger.silent = true;
  ours.logRequest({ ...request, status: 500 });
  assert.equal(ours.lines().length, 0);
});

test('a logger that fails is said, and disturbs nobody', () => {
  const ours = memoryLogging();
  ours.createLogger({
    format: {
      transform: () => {
        throw new Error('hostile');
      },
    },
  });
  ours.logRequest(request);
  assert.match(ours.reported.join(), /failed: Error: hostile/);
});
