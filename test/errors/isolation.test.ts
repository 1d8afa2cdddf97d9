import assert from 'node:assert/strict';
import http from 'node:http';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { SentryEvent } from '../sentry-envelope.ts';
import { withServices } from './services.ts';

const count = 60;

/** Letters only: numbers are folded, and would make all of them one error. */
const names = Array.from({ length: count }, (_, index) =>
  [...index.toString().padStart(2, '0')].map(digit => 'ghjklmnopq'[Number(digit)]).join(''),
);
const traceIds = names.map((_, index) => (0xa000 + index).toString(16).padStart(32, '1'));

/** The body in three packets, with those of all others between them. */
const post = async (url: string, index: number, body: string): Promise<number> => {
  const request = http.request(url, {
    method: 'POST',
    agent: false,
    headers: {
      'content-length': body.length,
      traceparent: `00-${traceIds[index]}-00f067aa0ba902b7-01`,
    },
  });
  const answered = new Promise<number>((resolve, reject) => {
    request.on('error', reject);
    request.on('response', response => response.resume().on('end', () => resolve(response.statusCode ?? 0)));
  });
  for (const part of [body.slice(0, 5), body.slice(5, 12)]) {
    request.write(part);
    await pause(20 + Math.random() * 40);
  }
  request.end(body.slice(12));
  return answered;
};

const traced = {
  OTEL_TRACES_EXPORTER: 'otlp',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
  OTEL_LOGS_EXPORTER: 'none',
};

/** What the events say, by the name that stands in the error. */
const toldBy = (events: readonly SentryEvent[]) =>
  new Map(
    events.map(({ exception, contexts, user, transaction, breadcrumbs }) => [
      exception?.values?.at(-1)?.value?.replace(/^(?:order|report) (\w+).*$/, '$1'),
      {
        trace: contexts?.trace?.trace_id,
        user: user?.id,
        transaction,
        lines: (breadcrumbs ?? []).map(({ message }) => message),
      },
    ]),
  );

for (const [mode, env] of Object.entries({
  traced,
  'sampled out': { ...traced, OTEL_TRACES_SAMPLER: 'always_off' },
  'not traced': {},
})) {
  for (const route of ['orders', 'reported']) {
    test(`${count} requests at once, ${mode}: every event of /${route} has its own trace, user and lines`, () =>
      withServices(async ({ sentry, start, shown }) => {
        const app = await start('errors/shop.mjs', env);
        const bodies = names.map(name => JSON.stringify({ user: `user-${name}`, padding: 'x'.repeat(64) }));
        const statuses = await Promise.all(
          names.map((name, index) => post(`${app.url}/${route}/${name}`, index, bodies[index] ?? '')),
        );
        assert.deepEqual(new Set(statuses), new Set([500]));
        app.process.kill('SIGTERM');
        await app.exit(30_000);
        assert.equal(
          sentry.events.length,
          count,
          `${sentry.events.length} events\n${shown().slice(0, 10_000)}`,
        );
        const expected = new Map(
          names.map((name, index) => [
            name as string | undefined,
            {
              trace: traceIds[index],
              // Only a span that records knows what the application has said to it.
              user: route === 'reported' || mode === 'traced' ? `user-${name}` : undefined,
              transaction: `POST /${route}/:name`,
              lines: route === 'orders' && mode !== 'not traced' ? [`order of user-${name}`] : [],
            },
          ]),
        );
        assert.deepEqual(toldBy(sentry.events), expected, app.stderr().slice(0, 2_000));
        // Two that have changed their places would be found.
        const [one, two, ...others] = sentry.events;
        assert.ok(one !== undefined && two !== undefined);
        const mixed = [
          { ...one, user: two.user, contexts: two.contexts },
          { ...two, user: one.user, contexts: one.contexts },
          ...others,
        ] as readonly SentryEvent[];
        assert.notDeepEqual(toldBy(mixed), expected);
      }));
  }
}
