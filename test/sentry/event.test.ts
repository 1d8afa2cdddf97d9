import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { applyAggregateErrorsToEvent, createStackParser, type Event, exceptionFromError } from '@sentry/core';
import { nodeStackLineParser } from '@sentry/core/server';
import { envelopeOf } from '../../src/errors/sentry/envelope.ts';
import { sentryEvent } from '../../src/errors/sentry/event.ts';
import type { LogRecord } from '../../src/logs/record.ts';
import { checkEvent, readEnvelope, type SentryEvent } from '../sentry-envelope.ts';
import { exceptionOf, reportOf } from './reports.ts';

const origin = { environment: 'production', release: 'shop@1.2.3', service: 'shop', host: 'web-1' };
const eventOf = (...given: Parameters<typeof reportOf>): Event => sentryEvent(reportOf(...given), origin, []);
/** As Sentry takes it: checked, and as JSON. */
const taken = (event: Event): SentryEvent => {
  const sent = JSON.parse(JSON.stringify(event)) as SentryEvent;
  checkEvent(sent);
  return sent;
};

describe('the event of a report', () => {
  test('says everything at the place where Sentry looks for it', () => {
    const time = Date.now();
    const { exception, contexts, ...rest } = taken(eventOf({ time }));
    assert.deepEqual(rest, {
      event_id: 'abcdef0123456789abcdef0123456789',
      timestamp: time / 1_000,
      platform: 'node',
      level: 'error',
      server_name: 'web-1',
      environment: 'production',
      release: 'shop@1.2.3',
      transaction: 'GET /users/:id',
      request: { method: 'GET', url: '/users/7?page=2' },
      user: { id: 'u-7' },
      tags: { service: 'shop', source: 'request', route: '/users/:id', status: '500' },
      extra: { plan: 'pro' },
    });
    assert.deepEqual(contexts?.trace, {
      trace_id: '0af7651916cd43dd8448eb211c80319c',
      span_id: 'b7ad6b7169203331',
      op: 'http.server',
    });
    assert.deepEqual(contexts?.runtime, { name: 'node', version: process.version });
    assert.deepEqual(Object.keys(contexts ?? {}).sort(), ['app', 'device', 'os', 'runtime', 'trace']);
    const [value, ...others] = exception?.values ?? [];
    assert.deepEqual(
      [value?.type, value?.value, value?.mechanism, others],
      ['TypeError', 'boom', { type: 'middleware', handled: false }, []],
    );
    const last = value?.stacktrace?.frames.at(-1);
    assert.match(last?.filename ?? '', /test\/sentry\/(reports|event\.test)\.ts$/);
    assert.equal(last?.in_app, true);
    assert.equal(value?.stacktrace?.frames.at(0)?.in_app, false);
  });

  test('leaves out what nobody knows', () => {
    const report = reportOf({ trace: undefined, request: undefined, user: undefined, context: {} });
    const event = taken(sentryEvent(report, { ...origin, environment: undefined, release: undefined }, []));
    for (const name of ['transaction', 'request', 'user', 'environment', 'release', 'breadcrumbs']) {
      assert.equal(name in event, false, name);
    }
    assert.equal(event.contexts?.trace, undefined);
    assert.deepEqual(event.extra, {});
  });

  test('orders causes and the errors of an AggregateError as the SDK of Sentry does', () => {
    const cause = new Error('the cause', { cause: new RangeError('the root') });
    const error = new AggregateError(
      [new Error('first'), new Error('second', { cause: new Error('deep') })],
      'all',
      {
        cause,
      },
    );
    const parser = createStackParser(nodeStackLineParser());
    const theirs: Event = { exception: { values: [exceptionFromError(parser, error)] } };
    applyAggregateErrorsToEvent(exceptionFromError, parser, 'cause', 10, theirs, {
      originalException: error,
    });

    const [first, second] = error.errors as [Error, Error];
    const ours = eventOf({
      source: 'captureError',
      exceptions: [
        exceptionOf(error),
        exceptionOf(cause, { parent: { index: 0, name: 'cause' } }),
        exceptionOf(cause.cause as Error, { parent: { index: 1, name: 'cause' } }),
        exceptionOf(first, { parent: { index: 0, name: 'errors[0]' } }),
        exceptionOf(second, { parent: { index: 0, name: 'errors[1]' } }),
        exceptionOf(second.cause as Error, { parent: { index: 4, name: 'cause' } }),
      ],
    });
    taken(ours);
    const shown = ({ exception }: Event) =>
      exception?.values?.map(({ type, value, mechanism, stacktrace }) => ({
        type,
        value,
        frames: stacktrace?.frames,
        // Theirs has the names of its own integrations.
        mechanism: { ...mechanism, type: mechanism?.parent_id === undefined ? 'root' : mechanism.type },
      }));
    assert.deepEqual(shown(ours), shown(theirs));
    assert.equal(shown(ours)?.length, 6);
    assert.equal(shown(ours)?.at(-1)?.mechanism.is_exception_group, true);
  });

  test('takes no line of a message for a place in the code', () => {
    const error = new Error('no luck\n    at forged (/app/secret.js:1:1)');
    const [value] = taken(eventOf({ exceptions: [exceptionOf(error)] })).exception?.values ?? [];
    const files = value?.stacktrace?.frames.map(({ filename }) => filename) ?? [];
    assert.ok(files.length > 0);
    assert.equal(files.includes('/app/secret.js'), false, files.join('\n'));
  });

  test('shows the whole stack of an error whose message was set afterwards', () => {
    const error = new Error('as it was');
    const places = (message: string): number =>
      eventOf({ exceptions: [exceptionOf(error, { message })] }).exception?.values?.[0]?.stacktrace?.frames
        ?.length ?? 0;
    assert.ok(places('as it was') > 1);
    // Words that stand in the places, too.
    for (const message of ['test', 'at', '', 'event.test.ts', 'as it was\nand more']) {
      assert.equal(places(message), places('as it was'), message);
    }
  });

  test('says how often the same came again, in the same issue', () => {
    const first = eventOf();
    const digest = eventOf({
      eventId: '1'.repeat(32),
      exceptions: reportOf().exceptions,
      repeats: { count: 1_204, ms: 300_000 },
    });
    assert.deepEqual([digest.extra?.repeats, digest.tags?.repeats], [{ count: 1_204, ms: 300_000 }, '1204']);
    for (const name of ['level', 'transaction', 'platform', 'fingerprint'] as const) {
      assert.deepEqual(digest[name], first[name], name);
    }
    const grouping = ({ exception }: Event) => exception?.values?.map(({ type, value }) => [type, value]);
    assert.deepEqual(grouping(digest), grouping(first));
  });

  test('shows what else errors have by how they are reached, beside what the application said', () => {
    const cause = exceptionOf(new Error('refused'), {
      parent: { index: 0, name: 'cause' },
      properties: { code: 'ECONNREFUSED' },
    });
    const { extra } = eventOf({
      exceptions: [exceptionOf(new Error('no'), { properties: { retries: 3 } }), cause],
    });
    assert.deepEqual(extra, {
      'properties of error': { retries: 3 },
      'properties of error.cause': { code: 'ECONNREFUSED' },
      plan: 'pro',
    });
  });

  test('knows critical errors, and strings that were thrown', () => {
    const thrown = { type: 'string', message: 'no', stack: undefined, properties: {} };
    const event = taken(
      eventOf({
        severity: 'critical',
        source: 'unhandledRejection',
        request: undefined,
        exceptions: [thrown],
      }),
    );
    assert.equal(event.level, 'fatal');
    assert.deepEqual(event.exception?.values, [
      { type: 'string', value: 'no', mechanism: { type: 'onunhandledrejection', handled: false } },
    ]);
  });

  test('shows the last lines of the log of its trace', () => {
    const lines = Array.from(
      { length: 30 },
      (_, index): LogRecord => ({
        time: Date.now(),
        severityNumber: [0, 1, 9, 13, 17, 21][index % 6] ?? 0,
        severityText: 'level',
        body: index === 29 ? { a: 1 } : `line ${index}`,
        attributes: { index },
        trace: undefined,
        scope: 'winston',
      }),
    );
    const { breadcrumbs = [] } = taken(sentryEvent(reportOf(), origin, lines));
    assert.equal(breadcrumbs.length, 20);
    assert.deepEqual(
      breadcrumbs.slice(-6).map(({ level }) => level),
      ['info', 'debug', 'info', 'warning', 'error', 'fatal'],
    );
    const { timestamp, ...last } = breadcrumbs.at(-1) ?? {};
    assert.deepEqual(last, {
      level: 'fatal',
      category: 'winston',
      message: '{"a":1}',
      data: { level: 'level', index: 29 },
    });
  });

  test('is no larger than Sentry and its readers want, whatever it holds', () => {
    const long = 'é'.repeat(16_000);
    const exceptions = Array.from({ length: 10 }, (_, index) => ({
      ...exceptionOf(new Error(long)),
      ...(index > 0 && { parent: { index: index - 1, name: 'cause' } }),
      properties: Object.fromEntries(Array.from({ length: 20 }, (_, key) => [`key${key}`, long])),
    }));
    const [first, ...others] = exceptions;
    assert.ok(first);
    const line: LogRecord = {
      time: Date.now(),
      severityNumber: 9,
      severityText: 'info',
      body: long,
      attributes: { long },
      trace: undefined,
      scope: long,
    };
    const report = reportOf({ exceptions: [first, ...others], user: long, context: { long } });
    const event = sentryEvent(
      report,
      origin,
      Array.from({ length: 30 }, () => line),
    );
    const { header, items } = readEnvelope(envelopeOf(event, Date.now()));
    const payload = items[0]?.payload ?? Buffer.alloc(0);
    assert.ok(payload.length <= 200_000, `${payload.length} bytes`);
    const sent = JSON.parse(payload.toString()) as SentryEvent;
    checkEvent(sent);
    assert.equal(header.event_id, sent.event_id);
    assert.equal(sent.exception?.values.at(-1)?.type, 'Error');

    const small = readEnvelope(envelopeOf(eventOf(), Date.now())).items[0]?.payload ?? Buffer.alloc(0);
    assert.deepEqual(
      JSON.parse(small.toString()).extra,
      { plan: 'pro' },
      'nothing is left out of a small one',
    );
  });
});
