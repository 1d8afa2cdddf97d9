import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { linesOf } from '../frameworks/table.ts';
import { startOtlpReceiver } from '../otlp-receiver.ts';
import { type MatrixOptions, withClient } from './matrix-application.ts';
import { assertCounted, assertServed, type Outcome, outcomes } from './matrix-outcomes.ts';
import { assertApart, assertSpans } from './matrix-spans.ts';

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
    test(`${title} by ${system === 'mjs' ? 'import' : 'require'}: every call is counted once, and answered as without us`, async t => {
      if (options.isMissing?.()) return t.skip('its server is missing');
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

  test(`${title}: each call is a span, traced or sampled out it is counted`, async t => {
    if (options.isMissing?.()) return t.skip('its server is missing');
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
        await assertSpans(receiver, before, outcome, options.system);
        await assertApart(client, cases, receiver);
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

  test(`${title}: nothing of it is counted where its adapter is off`, async t => {
    if (options.isMissing?.()) return t.skip('its server is missing');
    const off = { OTEL_NODE_DISABLED_INSTRUMENTATIONS: options.adapter };
    const all = await withClient(options, system, off, outcomes);
    assert.throws(() => assertCounted(all), assert.AssertionError);
    assert.deepEqual(
      all.flatMap(({ counted }) => counted),
      [],
    );
  });
};
