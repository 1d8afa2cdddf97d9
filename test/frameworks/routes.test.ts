import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { foldPath } from '../../src/http/folded-path.ts';
import { type ReceivedSpan, startOtlpReceiver } from '../otlp-receiver.ts';
import { metric } from '../page.ts';
import { startSentryIngest } from '../sentry-ingest.ts';
import { type Application, scrape, startApplication } from './application.ts';
import { ask } from './ask.ts';
import { countsOf, gapsOf, spanOf } from './compare.ts';
import { callerSpan, traceId } from './failing.ts';
import type { Ledger, Row } from './ledger.ts';
import { chosenLedgers } from './ledgers.ts';
import { linesOf } from './table.ts';

const serverSpan = 2;
const failedSpan = 2;

/** What clients get of the rows, one after another. */
const answersTo = async (ledger: Ledger, { port }: Application): Promise<readonly unknown[]> => {
  const answers: unknown[] = [];
  for (const [index, { request }] of ledger.rows.entries()) {
    const headers = { traceparent: `00-${traceId(index)}-${callerSpan}-01` };
    answers.push(await ask(ledger.client ?? 'http', { port, request, headers }));
  }
  return answers;
};

const answersOf = ({ rows }: Ledger): readonly number[] => rows.map(({ status }) => status);

/** Asks for a hundred at once, all kinds mixed, and returns what was asked. */
const askAtOnce = async (
  { rows, client = 'http' }: Ledger,
  { port }: Application,
): Promise<readonly Row[]> => {
  const asked = Array.from({ length: 100 }, (_, index) => rows[index % rows.length] as Row);
  await Promise.all(asked.map(({ request }) => ask(client, { port, request })));
  return asked;
};

const toldBy = ({ name, attributes, status }: ReceivedSpan): unknown => ({
  name,
  route: attributes['http.route'],
  status: attributes['http.response.status_code'],
  isError: status === failedSpan,
});

/** Ours: a framework that makes spans of its own makes them below it. */
const isOfRequest = ({ kind, parentSpanId }: ReceivedSpan): boolean =>
  kind === serverSpan && (parentSpanId === undefined || parentSpanId === callerSpan);

/** How often there is each. */
const tally = (values: readonly unknown[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const value of values) {
    const key = JSON.stringify(value);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
};

/** The rows for people, once they have been found to be so. */
const printed = ({ name, rows }: Ledger): string =>
  linesOf([
    ['framework', 'case', 'request', 'route', 'status', 'error'],
    ...rows.map(({ case: kind, request, path, status }) => [name, kind, request, path, status, '–']),
  ]);

/** The templates that no folded path looks like. */
const pathsOfRoutesAlone = ({ rows }: Ledger): readonly string[] =>
  rows
    .filter(row => spanOf(row).route !== undefined && foldPath(row.request.split(' ')[1] ?? '') !== row.path)
    .map(({ path }) => path);

/** Runs the application under the whole preload, and says what Sentry was told when it has ended. */
const observed = async (
  ledger: Ledger,
  env: Readonly<Record<string, string>>,
  run: (application: Application) => Promise<void>,
): Promise<void> => {
  const sentry = await startSentryIngest();
  let application: Application | undefined;
  try {
    application = await startApplication(ledger, {
      kind: 'routing',
      env: { SENTRY_DSN: sentry.dsn, OTEL_LOGS_EXPORTER: 'none', ...env },
    });
    await run(application);
    application.process.kill('SIGTERM');
    await application.exit(30_000);
    assert.deepEqual(sentry.problems, []);
    assert.deepEqual(sentry.events, [], 'no row is an error');
  } catch (error) {
    if (application !== undefined) console.error(`${application.stdout()}${application.stderr()}`);
    throw error;
  } finally {
    await application?.stop();
    sentry.stop();
  }
};

for (const ledger of chosenLedgers) {
  describe(ledger.name, () => {
    test('each kind of route and of failure is there, or a reason why not', () => {
      assert.deepEqual(gapsOf(ledger), []);
    });

    test('without the preload: clients get the same', async () => {
      const application = await startApplication(ledger, { kind: 'routing', preload: [] });
      try {
        assert.deepEqual(await answersTo(ledger, application), answersOf(ledger));
      } finally {
        await application.stop();
      }
    });

    test('metrics: each request is counted once, as its row says, also a hundred at once', () =>
      observed(ledger, {}, async application => {
        const answers = await answersTo(ledger, application);
        const page = await scrape(application);
        assert.deepEqual(answers, answersOf(ledger));
        assert.deepEqual(metric(page, 'http_requests_total'), countsOf(ledger.rows));
        assert.deepEqual(metric(page, 'monitoring_hook_failures_total'), {});
        assert.deepEqual(metric(page, 'monitoring_error_events_total'), {});
        console.log(printed(ledger));
        const more = await askAtOnce(ledger, application);
        const after = await scrape(application);
        assert.deepEqual(metric(after, 'http_requests_total'), countsOf([...ledger.rows, ...more]));
      }));

    test('with traces: the span of each request says the same', async () => {
      const receiver = await startOtlpReceiver();
      try {
        await observed(
          ledger,
          { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_BSP_SCHEDULE_DELAY: '100' },
          async application => {
            assert.deepEqual(await answersTo(ledger, application), answersOf(ledger));
            assert.deepEqual(metric(await scrape(application), 'http_requests_total'), countsOf(ledger.rows));
            const more = await askAtOnce(ledger, application);
            const all = [...ledger.rows, ...more];
            await receiver.waitFor(spans => spans.filter(isOfRequest).length >= all.length);
            const spans = receiver.spans.filter(isOfRequest);
            const ofRows = ledger.rows.map((_, index) =>
              spans.filter(span => span.traceId === traceId(index)).map(toldBy),
            );
            assert.deepEqual(
              ofRows,
              ledger.rows.map(row => [spanOf(row)]),
            );
            assert.deepEqual(tally(spans.map(toldBy)), tally(all.map(spanOf)));
            assert.deepEqual(metric(await scrape(application), 'http_requests_total'), countsOf(all));
          },
        );
      } finally {
        receiver.stop();
      }
    });

    if (ledger.adapter === undefined) return;
    test('negative control: without its adapter no route is known, and the comparison fails', () =>
      observed(ledger, { OTEL_NODE_DISABLED_INSTRUMENTATIONS: ledger.adapter ?? '' }, async application => {
        assert.deepEqual(await answersTo(ledger, application), answersOf(ledger));
        const counts = metric(await scrape(application), 'http_requests_total');
        assert.notDeepEqual(counts, countsOf(ledger.rows));
        const known = new Set(Object.keys(counts).map(labels => /path="([^"]*)"/.exec(labels)?.[1]));
        const routes = pathsOfRoutesAlone(ledger);
        assert.ok(routes.length > 0);
        assert.deepEqual(
          routes.filter(path => known.has(path)),
          [],
        );
      }));
  });
}
