import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { scrape, startApplication } from '../frameworks/application.ts';
import { ask } from '../frameworks/ask.ts';
import { leavingAfter, type Mode, modes, modesOf, routeOf, traceId } from '../frameworks/failing.ts';
import type { Ledger, Outcome } from '../frameworks/ledger.ts';
import { chosenLedgers } from '../frameworks/ledgers.ts';
import { outcomes as countsIn, withServices } from './services.ts';

/** What Sentry, Slack and the log are to be told of one failure. */
const toldOf = (request: string, { failure }: Outcome, mode: Mode, ledger: Ledger) => {
  if (failure === undefined) return undefined;
  const { status, message } = failure;
  const method = 'GET';
  const route = routeOf(ledger, request);
  return {
    message: message ?? `${method} ${route ?? 'without a route'} was answered with ${status}`,
    transaction: route === undefined ? method : `${method} ${route}`,
    status: String(status),
    level: message === null && status === 503 ? 'warning' : 'error',
    user: request === 'user' && mode === 'with traces' ? 'kim' : undefined,
  };
};

const run = (ledger: Ledger, mode: Mode): Promise<void> =>
  withServices(async ({ sentry, slack, env: services, lines, shown }) => {
    const child = await startApplication(ledger, {
      kind: 'failing',
      env: {
        ...services,
        // Errors with the same message and place are one kind, of which each is to go out.
        MONITORING_ALERT_WINDOW: '1',
        MONITORING_ALERT_MIN_SEVERITY: 'warning',
        OTEL_LOGS_EXPORTER: 'none',
        ...modes[mode],
      },
    });
    try {
      const expected = new Map<string, unknown>();
      for (const [index, [request, outcome]] of Object.entries(ledger.outcomes).entries()) {
        const traceparent = `00-${traceId(index)}-b7ad6b7169203331-0${mode === 'with traces' ? 1 : 0}`;
        await ask(ledger.client ?? 'http', {
          port: child.port,
          request: `GET /api/${request}`,
          headers: { traceparent },
          leaveAfter: leavingAfter(child, request, outcome.answer),
        });
        const told = toldOf(request, outcome, mode, ledger);
        if (told === undefined) continue;
        expected.set(traceId(index), told);
        await sentry.waitForEvents(expected.size);
      }
      const counted = countsIn(await scrape(child), 'monitoring_error_events_total');
      assert.deepEqual(counted, { sent: expected.size }, shown());
      child.process.kill('SIGTERM');
      await child.exit(30_000);
      assert.deepEqual(sentry.problems, []);
      assert.equal(sentry.events.length, expected.size, shown());
      const events = sentry.events.map(({ contexts, exception, transaction, tags, level, user }) => [
        contexts?.trace?.trace_id,
        {
          message: exception?.values?.at(-1)?.value,
          ...{ transaction, level },
          status: tags?.status,
          user: user?.id,
        },
      ]);
      assert.deepEqual(new Map(events as [string, unknown][]), expected, shown());
      // Each in one message and one line of its own, with the same ids.
      for (const { event_id: id, contexts } of sentry.events) {
        const trace = String(contexts?.trace?.trace_id);
        const posted = slack.messages.filter(({ payload }) => JSON.stringify(payload).includes(id));
        assert.equal(posted.length, 1, `${id}\n${shown()}`);
        assert.ok(JSON.stringify(posted[0]?.payload).includes(trace), shown());
        const logged = lines('combined.log').filter(({ eventId }) => eventId === id);
        assert.equal(logged.length, 1, `${id}\n${shown()}`);
        assert.equal(logged[0]?.trace_id, trace, shown());
      }
      assert.equal(slack.messages.length, expected.size, shown());
    } finally {
      await child.stop();
    }
  });

for (const ledger of chosenLedgers) {
  describe(ledger.name, () => {
    for (const mode of modesOf(ledger)) {
      test(`${mode}: each failure is one event, one message and one line, with its ids`, () =>
        run(ledger, mode));
    }
  });
}
