import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import type { LogRecord } from '../../src/logs/record.ts';
import { root } from '../child.ts';
import { assertBridged, type Ended, ids, off, run } from './bridged-app.ts';

describe('applications with Winston', () => {
  for (const [how, script, marked, unbridged] of [
    ['required, by all of its ways, until it is undone', 'bridge/winston.cjs', 6, 1],
    ['imported by name', 'bridge/winston-named.mjs', 1, 0],
    ['imported by default', 'bridge/winston-default.mjs', 1, 0],
    ['in two copies', 'bridge/winston-two.mjs', 2, 0],
  ] as const) {
    test(how, async () => {
      const { records } = await assertBridged(script, [], { marked, unbridged });
      assert.ok(records.every(({ scope }) => scope === 'winston'));
    });
  }

  for (const kind of ['exception', 'rejection']) {
    test(`that handles an uncaught ${kind}`, async () => {
      const [bridged, control] = await Promise.all([
        run('bridge/winston-exception.cjs', [kind]),
        run('bridge/winston-exception.cjs', [kind], off),
      ]);
      assert.deepEqual(
        bridged.lines.map(line => line.replace(ids.trace_id, 'undefined')),
        control.lines,
      );
      assert.equal(bridged.lines.length, 1);
      const [record] = bridged.records;
      assert.equal(bridged.records.length, 1);
      assert.equal(record?.attributes['exception.type'], 'TypeError');
      assert.equal(record?.trace?.traceId, ids.trace_id);
      assert.equal(bridged.logged.length, 1);
      assert.match(bridged.logged.join(), /^winston: TypeError /);
      assert.deepEqual(control.logged, []);
      assert.deepEqual(
        Object.keys(record?.attributes ?? {}).filter(name => !name.startsWith('exception')),
        kind === 'rejection' ? ['rejection'] : [],
      );
    });
  }

  test('that prints by console: one record for each line', async () => {
    const env = { BRIDGE_CONSOLE: 'on' };
    const { lines, records } = await run('bridge/winston-console.cjs', [], env);
    assert.equal(lines.length, 4);
    assert.deepEqual(
      records.map(({ scope, body }) => [scope, body]),
      [
        ['winston', 'by its stream'],
        ['winston', 'by console'],
        ['winston', 'by a transport of its own'],
        ['console', 'by the application'],
      ],
    );
    // The control: without Winston's bridge these are calls of console like any other.
    const control = await run('bridge/winston-console.cjs', [], { ...env, ...off });
    assert.deepEqual(
      control.records.map(({ scope }) => scope),
      ['console', 'console', 'console'],
    );
  });
});

describe("applications with OpenTelemetry's instrumentation of Winston", () => {
  const sentBy = ({ lines }: Ended): unknown => JSON.parse(lines.at(-1) ?? '');

  test('have their records sent by it alone, and the ids once', async () => {
    const ended = await run('loggers/instrumented.cjs');
    assert.deepEqual(sentBy(ended), { sent: ['hello'] });
    assert.deepEqual(ended.records, []);
    assert.equal(ended.lines[0]?.split('trace_id').length, 2);
  });

  test('have their records sent by us where it sends none', async () => {
    const ended = await run('loggers/instrumented.cjs', ['ids']);
    assert.deepEqual(sentBy(ended), { sent: [] });
    assert.equal(ended.records.length, 1);
  });
});

describe('applications with pino', () => {
  for (const folder of ['loggers', 'pino-9']) {
    const from = path.join(root, 'test/fixtures', folder);

    test(`${folder}: lines, levels, redact, children, streams, until it is undone`, async () => {
      const { records } = await assertBridged('bridge/pino.cjs', [from], { marked: 12, unbridged: 1 });
      const of = (body: string): LogRecord | undefined => records.find(record => record.body === body);
      assert.deepEqual(of('redacted')?.attributes, {
        service: 'test',
        card: '[Redacted]',
        user: { name: '[Redacted]', id: 1 },
        password: 'hunter2',
      });
      assert.deepEqual([of('redacted')?.severityNumber, of('redacted')?.severityText], [13, 'warn']);
      assert.deepEqual(of('failed')?.attributes, {
        service: 'test',
        'exception.type': 'TypeError',
        'exception.message': 'failed',
        'exception.stacktrace': 'TypeError: failed\n    at here',
        err: { code: 'E_ONE' },
      });
      assert.equal(of('before')?.trace, undefined);
      assert.deepEqual([of('custom')?.severityNumber, of('custom')?.severityText], [0, 'loud']);
      assert.equal(of('no stream'), undefined);
      assert.equal(of('last')?.severityNumber, 21);
    });

    test(`${folder}: imported by an ES module`, async () => {
      await assertBridged('bridge/pino.mjs', [from], { marked: 1 });
    });

    test(`${folder}: a transport in a worker thread`, async t => {
      const directory = mkdtempSync(path.join(tmpdir(), 'pino-'));
      t.after(() => rmSync(directory, { recursive: true }));
      const file = path.join(directory, 'lines');
      // The preload runs in the thread, too, and says at its end that it has seen nothing.
      const { records } = await run('bridge/pino-transport.cjs', [from, file]);
      assert.deepEqual(
        records.map(({ body }) => body),
        ['by a worker thread'],
      );
      const line = JSON.parse(readFileSync(file, 'utf8'));
      assert.equal(line.trace_id, ids.trace_id);
    });
  }
});

describe('applications with bunyan', () => {
  test('lines, levels, children, streams, until it is undone', async () => {
    const { records } = await assertBridged('loggers/bunyan.cjs', [], { marked: 6, unbridged: 1 });
    const of = (body: string): LogRecord | undefined => records.find(record => record.body === body);
    assert.deepEqual(of('fields')?.attributes, { name: 'test', password: 'hunter2', user: 1 });
    assert.deepEqual(of('failed')?.attributes, {
      name: 'test',
      'exception.type': 'TypeError',
      'exception.message': 'failed',
      'exception.stacktrace': 'TypeError: failed\n    at here',
      err: { code: 'E_ONE' },
    });
    assert.equal(of('before')?.trace, undefined);
    assert.deepEqual([of('both')?.severityNumber, of('both')?.severityText], [21, 'fatal']);
  });
});

describe('applications with bunyan as ES modules', () => {
  test('are bridged as well', async () => {
    await assertBridged('loggers/bunyan.mjs', [], { marked: 1 });
  });
});

describe('the console', () => {
  test('prints what it printed, and its calls are records', async () => {
    const [bridged, control] = await Promise.all([
      run('bridge/console.cjs', [], { BRIDGE_CONSOLE: 'on' }),
      run('bridge/console.cjs'),
    ]);
    assert.deepEqual(bridged.failures, []);
    assert.deepEqual(bridged.lines, control.lines);
    assert.equal(bridged.stderr, control.stderr);
    assert.deepEqual(control.records, []);
    assert.ok(bridged.records.every(({ scope }) => scope === 'console'));
    assert.deepEqual(
      bridged.records.map(({ severityNumber, severityText, body }) => [
        severityNumber,
        severityText,
        String(body).split('\n')[0],
      ]),
      [
        [9, 'log', 'hello you, 5% {'],
        [9, 'info', 'password [hidden]'],
        [13, 'warn', 'warned'],
        [17, 'error', 'failed: TypeError: failed'],
        [5, 'debug', 'debugged 1n Symbol(s)'],
        [1, 'trace', 'Trace: traced here'],
        [9, 'dir', '{'],
        [9, 'log', '┌─────────┬───┐'],
        [9, 'log', 'counted: 1'],
        [13, 'warn', 'Assertion failed: asserted'],
        [9, 'log', 'group'],
        [9, 'log', 'in it'],
        [9, 'log', ''],
        [9, 'log', 'unbound log 0 function'],
      ],
    );
    const failed = bridged.records.find(({ severityText }) => severityText === 'error');
    assert.equal(failed?.attributes['exception.type'], 'TypeError');
    assert.equal(failed?.trace?.traceId, ids.trace_id);
  });
});

describe('errors that an application logs with loggers of its own', () => {
  const all = [
    'winston: TypeError by winston',
    'winston: TypeError by a child',
    'winston: TypeError default: by winston',
    'pino: TypeError by pino',
    'bunyan: TypeError saving',
  ];
  for (const records of ['on', 'off']) {
    test(`are seen, with records ${records}`, async () => {
      const { logged, failures } = await run('loggers/errors.mjs', [], { RECORDS: records });
      assert.deepEqual([logged, failures], [all, []]);
    });
    test(`are seen on the console, too, where that is bridged, with records ${records}`, async () => {
      const env = { RECORDS: records, BRIDGE_CONSOLE: 'on' };
      assert.deepEqual((await run('loggers/errors.mjs', [], env)).logged, [
        ...all,
        'console: TypeError saving',
      ]);
    });
  }
  test('are not seen where no logger is bridged', async () => {
    assert.deepEqual((await run('loggers/errors.mjs', [], off)).logged, []);
  });
});
