import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type Child, register, root, startChild } from '../child.ts';
import { linesOf } from '../frameworks/table.ts';
import { type ReceivedSpan, startOtlpReceiver } from '../otlp-receiver.ts';
import { metric } from '../page.ts';

/** A way to call a database, as test/fixtures/databases/cases say it. */
interface Case {
  readonly kind: string;
  /** What has to be counted: `SELECT users`, or `SELECT users failed`, once for each call, in any order. */
  readonly calls: readonly string[];
}

export interface MatrixOptions {
  /** The file of test/fixtures/databases/cases, without its extension. */
  readonly cases: string;
  /** Name of the adapter, which is switched off for the control. */
  readonly adapter: string;
  /** Of the test's database server. */
  readonly url: () => string | undefined;
  /** Where the client is installed, in test/fixtures; by default in each folder of `databases`. */
  readonly folder?: string;
  /** Module systems in which it can be loaded. */
  readonly systems?: readonly ('mjs' | 'cjs')[];
  /** `db.system.name` of its spans. */
  readonly system: string;
  /** What stands between the application and the client: the cases are the ORM's, called with the name of the client. */
  readonly orm?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What the database itself says that it has been sent; absent: it is not asked. */
  readonly served?: () => readonly string[] | undefined;
}

interface Client {
  readonly child: Child;
  readonly ask: (target: string) => Promise<unknown>;
  readonly page: () => Promise<string>;
}

const serverSpan = 2;
const clientSpan = 3;
const failedSpan = 2;
/** In every statement that has a literal: none of them may leave the process. */
const planted = 'hunter2';

const start = async (
  { cases, url, adapter, folder = 'databases', env }: MatrixOptions,
  system: string,
  preload: Readonly<Record<string, string>> | undefined,
): Promise<Client> => {
  const fixtures = path.join(root, 'test/fixtures');
  const address = url();
  const child = startChild({
    args: [
      ...(preload === undefined ? [] : ['--import', register]),
      path.join(fixtures, 'databases/run.cjs'),
      ...[system, path.join(fixtures, folder), cases],
    ],
    cwd: path.join(fixtures, folder),
    env: {
      OTEL_EXPORTER_PROMETHEUS_PORT: '0',
      DATABASE_CLIENT: adapter,
      ...(address !== undefined && { DATABASE_URL: address }),
      ...env,
      ...preload,
    },
  });
  const [, port] = await child.output(/^listening (\d+)$/m);
  const metricsUrl = preload === undefined ? undefined : (await child.output(/metrics at (http:\S+?);/))[1];
  return {
    child,
    ask: async target => {
      const response = await fetch(`http://127.0.0.1:${port}${target}`);
      const body = await response.text();
      assert.equal(response.status, 200, `${target}: ${body}\n${child.stderr()}`);
      return (JSON.parse(body) as { answer?: unknown }).answer;
    },
    page: async () => (await fetch(String(metricsUrl))).text(),
  };
};

/** Starts the application, runs with it, closes its client, and holds that the process then ends by itself. */
const withClient = async <Result>(
  options: MatrixOptions,
  system: string,
  preload: Readonly<Record<string, string>> | undefined,
  run: (client: Client, cases: readonly Case[]) => Promise<Result>,
): Promise<Result> => {
  const client = await start(options, system, preload);
  try {
    const cases = (await client.ask('/cases')) as readonly Case[];
    const result = await run(client, cases);
    await client.ask('/close');
    const { code } = await client.child.exit(10_000);
    assert.equal(code, 0, client.child.stderr());
    return result;
  } finally {
    await client.child.stop();
  }
};

/** `SELECT users`: so many, and `SELECT users failed`: so many. */
const countsOn = (page: string): ReadonlyMap<string, number> => {
  const named = (labels: string): string => {
    const [, operation, table] = /operation="(.*?)",table="(.*?)"/.exec(labels) ?? [];
    return `${operation} ${table}`;
  };
  const counts = new Map<string, number>();
  const errors = Object.entries(metric(page, 'db_query_errors_total'));
  const failed = new Map(errors.map(([labels, count]) => [named(labels), count]));
  for (const [labels, count] of Object.entries(metric(page, 'db_query_duration_seconds_count'))) {
    const name = named(labels);
    counts.set(name, count - (failed.get(name) ?? 0));
    counts.set(`${name} failed`, failed.get(name) ?? 0);
  }
  return counts;
};

/** What has been counted since, each as often as it was. */
const newOn = (page: string, before: ReadonlyMap<string, number>): readonly string[] =>
  [...countsOn(page)].flatMap(([name, count]) =>
    Array.from({ length: Math.max(0, count - (before.get(name) ?? 0)) }, () => name),
  );

/** The span as cases say it. */
const told = ({ attributes, status }: ReceivedSpan): string =>
  [
    attributes['db.operation.name'] ?? 'none',
    attributes['db.collection.name'] ?? 'none',
    ...(status === failedSpan ? ['failed'] : []),
  ].join(' ');

const sorted = (calls: readonly string[]): readonly string[] => [...calls].sort();

interface Outcome {
  readonly kind: string;
  readonly expected: readonly string[];
  readonly counted: readonly string[];
  readonly answer: unknown;
}

/** Runs the cases one after another, and says what each has answered and what was counted meanwhile. */
const outcomes = async (client: Client, cases: readonly Case[]): Promise<readonly Outcome[]> => {
  const all: Outcome[] = [];
  for (const [index, { kind, calls }] of cases.entries()) {
    const before = countsOn(await client.page());
    const answer = await client.ask(`/case?${index}`);
    const counted = newOn(await client.page(), before);
    all.push({ kind, expected: sorted(calls), counted: sorted(counted), answer });
  }
  return all;
};

/** Holds that the server was sent as many statements as were counted, by its own log. */
const assertServed = async (
  served: () => readonly string[] | undefined,
  before: number,
  all: readonly Outcome[],
): Promise<void> => {
  const counted = all.flatMap(outcome => outcome.counted);
  const now = (): readonly string[] => served()?.slice(before) ?? [];
  for (let wait = 0; wait < 20 && now().length < counted.length; wait += 1) await delay(50);
  await delay(50);
  assert.equal(now().length, counted.length, `counted: ${counted.join(', ')}\nserved: ${now().join('\n')}`);
};

const assertCounted = (all: readonly Outcome[]): void => {
  assert.deepEqual(
    all.map(({ kind, counted }) => ({ kind, calls: counted })),
    all.map(({ kind, expected }) => ({ kind, calls: expected })),
  );
};

/** The matrix for people: client × ORM × call kind × counted × operation × table. */
const printed = (client: string, orm: string, all: readonly Outcome[]): string =>
  linesOf([
    ['client', 'ORM', 'call', 'counted', 'operation', 'table'],
    ...all.flatMap(({ kind, counted }) =>
      [...new Set(counted)].map(call => {
        const [operation = '', table = '', failed = ''] = call.split(' ');
        const times = String(counted.filter(other => other === call).length);
        return [client, orm, kind, times, operation, failed === '' ? table : `${table} (${failed})`];
      }),
    ),
  ]);

/**
 * Holds that the cases of a client are counted exactly, by `import` and by `require`, traced and not; that the
 * application gets the answers that it gets without us; that spans say the same and no literal; and that all of this fails
 * where the adapter is switched off.
 */
export const testMatrix = (options: MatrixOptions): void => {
  const { folder = 'databases', cases: name, adapter, orm, served, systems = ['mjs', 'cjs'] } = options;
  const client = orm === undefined ? name : adapter;
  const from = folder === 'databases' || orm !== undefined ? client : `${client} (${folder})`;
  const title = orm === undefined ? from : `${orm} on ${from}`;
  const answersOf = (all: readonly Outcome[]): readonly unknown[] =>
    all.map(({ kind, answer }) => ({ kind, answer }));

  for (const system of systems) {
    test(`${title} by ${system === 'mjs' ? 'import' : 'require'}: every call is counted once, and answered as without us`, async () => {
      const bare = await withClient(options, system, undefined, async ({ ask }, cases) => {
        const answers: unknown[] = [];
        for (const [index, { kind }] of cases.entries())
          answers.push({ kind, answer: await ask(`/case?${index}`) });
        return answers;
      });
      const all = await withClient(options, system, {}, async (client, cases) => {
        await delay(served === undefined ? 0 : 100);
        const before = served?.()?.length ?? 0;
        const outcome = await outcomes(client, cases);
        if (served !== undefined) await assertServed(served, before, outcome);
        return outcome;
      });
      assertCounted(all);
      assert.deepEqual(answersOf(all), bare);
      if (system === systems[0]) console.log(printed(from, orm ?? '–', all));
    });
  }

  const [system = 'mjs'] = systems;

  test(`${title}: each call is a span, traced or sampled out it is counted`, async () => {
    const receiver = await startOtlpReceiver();
    const tracing = {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '50',
    };
    try {
      const all = await withClient(options, system, tracing, async (client, cases) => {
        // What `open` has done.
        await delay(200);
        const before = receiver.spans.length;
        const outcome = await outcomes(client, cases);
        const wanted = outcome.flatMap(({ expected }) => expected);
        const spans = (): typeof receiver.spans =>
          receiver.spans
            .slice(before)
            .filter(({ kind, attributes }) => kind === clientSpan && 'db.system.name' in attributes);
        await receiver.waitFor(() => spans().length >= wanted.length).catch(() => undefined);
        await delay(200);
        // Each is in the trace of the request that has asked for it, not of another one of the same connection.
        const requests = new Map(
          receiver.spans
            .filter(({ kind }) => kind === serverSpan)
            .map(({ traceId, attributes }) => [traceId, Number(attributes['url.query'])]),
        );
        assert.deepEqual(
          outcome.map(({ kind }, index) => ({
            kind,
            spans: sorted(spans().flatMap(span => (requests.get(span.traceId) === index ? told(span) : []))),
          })),
          outcome.map(({ kind, expected }) => ({ kind, spans: expected })),
        );
        assert.equal(spans().length, wanted.length);
        for (const span of spans()) {
          assert.equal(span.attributes['db.system.name'], options.system);
          assert.ok(span.parentSpanId, `${span.name} has no parent`);
          assert.ok(!JSON.stringify(span).includes(planted), JSON.stringify(span));
        }
        return outcome;
      });
      assertCounted(all);
      const unsampled = await withClient(
        options,
        system,
        { ...tracing, OTEL_TRACES_SAMPLER: 'always_off' },
        outcomes,
      );
      assertCounted(unsampled);
    } finally {
      receiver.stop();
    }
  });

  test(`${title}: nothing of it is counted where its adapter is off`, async () => {
    const off = { OTEL_NODE_DISABLED_INSTRUMENTATIONS: options.adapter };
    const all = await withClient(options, system, off, outcomes);
    assert.throws(() => assertCounted(all), assert.AssertionError);
    assert.deepEqual(
      all.flatMap(({ counted }) => counted),
      [],
    );
  });
};
