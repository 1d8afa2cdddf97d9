import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { outcomes, withServices } from './services.ts';

const ask = async (url: string): Promise<number> => (await fetch(url)).status;

describe('an error', () => {
  test('that comes by five ways is one event, one message, and one line of its own', () =>
    withServices(async ({ sentry, slack, start, lines, shown }) => {
      const app = await start('errors/shop.mjs', {
        OTEL_TRACES_EXPORTER: 'otlp',
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
        OTEL_LOGS_EXPORTER: 'none',
      });
      assert.equal(await ask(`${app.url}/again`), 500);
      await sentry.waitForEvents(1);
      await slack.waitFor(1);
      const [event] = sentry.events;
      app.process.kill('SIGTERM');
      await app.exit(20_000);
      assert.equal(sentry.events.length, 1, shown());
      assert.equal(slack.messages.length, 1, shown());
      assert.deepEqual(sentry.problems, []);
      const ids = lines('combined.log').flatMap(
        ({ message }) => /^ids (\w+) (\w+)$/.exec(String(message))?.slice(1) ?? [],
      );
      assert.deepEqual(ids, [event?.event_id, event?.event_id], shown());
      assert.equal(event?.exception?.values?.at(-1)?.value, 'once is enough');
      assert.equal(event?.transaction, 'GET /again', shown());
      // The application has logged it itself.
      const said = lines().filter(({ stack }) => String(stack).includes('once is enough'));
      assert.deepEqual(
        said.map(({ message }) => message),
        ['failed once is enough'],
        shown(),
      );
      const trace = event?.contexts?.trace?.trace_id;
      assert.equal(said[0]?.trace_id, trace, shown());
      assert.ok(JSON.stringify(slack.messages[0]?.payload).includes(String(trace)), shown());
      // Of its trace, the line before it.
      const trail = event?.breadcrumbs?.map(({ message }) => message);
      assert.deepEqual(trail, ['failed once is enough'], shown());
    }));

  test('that the application handles, and logs, is told as the answer that it was', () =>
    withServices(async ({ sentry, slack, start, shown }) => {
      const app = await start('errors/shop.mjs', { MONITORING_ALERT_MIN_SEVERITY: 'warning' });
      assert.equal(await ask(`${app.url}/handled`), 503);
      await sentry.waitForEvents(1);
      await slack.waitFor(1);
      const [event] = sentry.events;
      assert.equal(event?.exception?.values?.at(-1)?.value, 'handled and logged', shown());
      assert.deepEqual(event?.tags?.status, '503', shown());
      assert.equal(sentry.events.length, 1, shown());
    }));

  test('outside of requests is told when it is logged, when nobody catches it, and when it is captured', () =>
    withServices(async ({ sentry, start, lines, shown }) => {
      const app = await start('errors/shop.mjs');
      app.process.send({ kind: 'log', text: 'night job stopped' });
      await sentry.waitForEvents(1);
      app.process.send({ kind: 'capture', text: 'captured outside' });
      const [{ id }] = (await once(app.process, 'message')) as [{ readonly id: string }];
      assert.equal(sentry.events[1]?.event_id, id, shown());
      app.process.send({ kind: 'reject', text: 'nobody waits' });
      assert.deepEqual(await app.exit(20_000), { code: 1, signal: null });
      assert.deepEqual(
        sentry.events.map(({ exception, level, tags }) => [
          exception?.values?.at(-1)?.value,
          level,
          tags?.source,
        ]),
        [
          ['night job stopped', 'error', 'log'],
          ['captured outside', 'error', 'captureError'],
          ['nobody waits', 'fatal', 'unhandledRejection'],
        ],
        shown(),
      );
      assert.equal(lines().find(({ message }) => message === 'captured outside')?.eventId, id, shown());
      assert.match(app.stderr(), /Error: nobody waits\n {4}at /);
      assert.ok(
        lines().some(({ message, stack }) => message === 'nobody waits' && String(stack).includes('at ')),
        shown(),
      );
    }));

  test('that is logged by a job which a request has started is told when the request is over, and is not its own', () =>
    withServices(async ({ sentry, start, shown }) => {
      const app = await start('errors/shop.mjs');
      assert.equal(await ask(`${app.url}/poll`), 200);
      await sentry.waitForEvents(1);
      const [event] = sentry.events;
      assert.equal(event?.exception?.values?.at(-1)?.value, 'from a job of an old request', shown());
      assert.equal(event?.transaction, undefined, shown());
    }));

  test('that is logged is not told with MONITORING_CAPTURE_LOGGED_ERRORS=false', () =>
    withServices(async ({ sentry, start, shown }) => {
      const app = await start('errors/shop.mjs', { MONITORING_CAPTURE_LOGGED_ERRORS: 'false' });
      app.process.send({ kind: 'log', text: 'night job stopped' });
      app.process.send({ kind: 'capture', text: 'captured outside' });
      await sentry.waitForEvents(1);
      app.process.kill('SIGTERM');
      await app.exit(20_000);
      const told = sentry.events.map(({ exception }) => exception?.values?.at(-1)?.value);
      assert.deepEqual(told, ['captured outside'], shown());
    }));

  test('that comes ten thousand times is one event and one message, and one more of each about all others', () =>
    withServices(async ({ sentry, slack, start, lines, shown }) => {
      const app = await start('errors/shop.mjs');
      app.process.send({ kind: 'flood' });
      await once(app.process, 'message');
      await sentry.waitForEvents(1);
      await slack.waitFor(1);
      assert.equal(await ask(`${app.url}/stream`), 500);
      await sentry.waitForEvents(2);
      const counted = outcomes(await app.scrape(), 'monitoring_error_events_total');
      assert.deepEqual(counted, { sent: 2, repeated: 9_999 }, shown());
      app.process.kill('SIGTERM');
      assert.deepEqual(await app.exit(20_000), { code: null, signal: 'SIGTERM' });
      const digests = sentry.events.filter(({ extra }) => extra?.repeats !== undefined);
      assert.deepEqual(
        digests.map(({ tags, exception }) => [tags?.repeats, exception?.values?.at(-1)?.value]),
        [['9999', 'flooded by 0']],
        shown(),
      );
      assert.equal(sentry.events.length, 3);
      assert.equal(slack.messages.length, 3, shown());
      assert.match(slack.messages.at(-1)?.text ?? '', /×9,999 in /, shown());
      // The log has paced lines of its own, and the count.
      const said = lines().filter(({ message }) => String(message).startsWith('flooded by'));
      assert.ok(said.length > 50 && said.length < 1_000, `${said.length} lines`);
      assert.equal(said.at(-1)?.repeats, 9_999, shown());
    }));
});

test('sendAlert posts what it is given, escaped, and a failure is logged and counted', () =>
  withServices(async ({ slack, start, lines, shown }) => {
    const app = await start('errors/shop.mjs');
    await ask(`${app.url}/alert/critical`);
    const [message] = await slack.waitFor(1);
    const text = JSON.stringify(message?.payload);
    assert.match(text, /Disk &lt;almost&gt; full/);
    assert.match(text, /"color":"#ff0000"/);
    assert.doesNotMatch(text, /hunter2/);
    await ask(`${app.url}/alert/info`);
    slack.behave({ error: 'channel_not_found' });
    await ask(`${app.url}/alert/error`);
    const counted = outcomes(await app.scrape(), 'monitoring_alerts_total');
    assert.deepEqual(counted, { sent: 1, below_severity: 1, failed: 1 }, shown());
    app.process.kill('SIGTERM');
    await app.exit(20_000);
    assert.deepEqual(
      lines().map(({ message: line, severity, title, alert }) => [line, severity, title, alert]),
      [['Failed to send alert', 'error', 'Disk <almost> full', 'Only 5 % left & shrinking']],
      shown(),
    );
  }));

test('a warning of the process is a line of the log, and is printed as before', () =>
  withServices(async ({ sentry, start, lines, shown }) => {
    const app = await start('errors/shop.mjs');
    app.process.send({ kind: 'warn', text: 'this is deprecated, password=abc' });
    await app.output(/\(node:\d+\) \[SHOP1\] Warning: this is deprecated, password=abc/);
    // It is handled then: before the first line, nothing of ours hears of a signal.
    app.process.send({ kind: 'capture', text: 'after it' });
    await once(app.process, 'message');
    app.process.kill('SIGTERM');
    await app.exit(20_000);
    const [line] = lines('combined.log').filter(({ level }) => level === 'warn');
    assert.equal(line?.message, 'Warning: this is deprecated, password=REDACTED', shown());
    assert.deepEqual([line?.code, line?.detail], ['SHOP1', 'token=REDACTED'], shown());
    assert.equal(sentry.events.length, 1, shown());
  }));

test('without SENTRY_DSN and Slack, errors are counted and logged, and nothing of it is loaded before', () =>
  withServices(async ({ start, lines, shown }) => {
    const app = await start('errors/shop.mjs', { SENTRY_DSN: '', SLACK_TOKEN: '', SLACK_CHANNEL: '' });
    assert.equal(await ask(`${app.url}/stream`), 500);
    assert.deepEqual(outcomes(await app.scrape(), 'monitoring_error_events_total'), { not_configured: 1 });
    app.process.kill('SIGTERM');
    await app.exit(20_000);
    const [line] = lines().filter(({ source }) => source === 'request');
    assert.match(String(line?.message), /^ENOENT/, shown());
    assert.match(app.stderr(), /off: .*Sentry \(SENTRY_DSN is not set\), Slack \(SLACK_TOKEN is not set\)/);
  }));
