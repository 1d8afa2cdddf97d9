import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { root } from '../child.ts';
import { type Application, startApplication } from './application.ts';
import { type Answer, ask } from './ask.ts';
import { callerSpan, leavingAfter, modes, modesOf, routeOf, traceId } from './failing.ts';
import type { Ledger } from './ledger.ts';
import { ledgers } from './ledgers.ts';
import { linesOf } from './table.ts';

const collect = ['--import', path.join(root, 'test/fixtures/failing/collect.ts')];

interface Told {
  readonly trace: { readonly traceId: string; readonly spanId: string };
  readonly route?: string;
  readonly status: number;
  readonly message?: unknown;
}

const failuresIn = (output: string): readonly Told[] =>
  [...output.matchAll(/^failure (.*)$/gm)].map(([, json = '']) => JSON.parse(json));

const start = (
  ledger: Ledger,
  env: Readonly<Record<string, string>>,
  preload: readonly string[] = collect,
): Promise<Application> =>
  startApplication(ledger, { kind: 'failing', preload, env, node: process.execPath });

const send = (
  { client = 'http' }: Ledger,
  application: Application,
  name: string,
  traceparent: string,
  answer?: Answer,
): Promise<Answer> =>
  ask(client, {
    port: application.port,
    request: `GET /api/${name}`,
    headers: { traceparent },
    leaveAfter: leavingAfter(application, name, answer),
  });

/** What was told of each request, for people. */
const printed = (ledger: Ledger, answers: readonly Answer[], failures: readonly Told[]): string =>
  linesOf([
    ['framework', 'case', 'request', 'answer', 'route', 'status', 'error'],
    ...Object.keys(ledger.outcomes).map((name, index) => {
      const told = failures.find(({ trace }) => trace.traceId === traceId(index));
      const error = told && JSON.stringify(told.message ?? 'without an error');
      return [
        ...[ledger.name, name, `GET /api/${name}`, answers[index]],
        ...[told?.route ?? '–', told?.status ?? '–', error ?? '–'],
      ];
    }),
  ]);

for (const ledger of ledgers) {
  const { name, outcomes } = ledger;
  describe(name, () => {
    test('without the preload: the answers are the same', async () => {
      const child = await start(ledger, {}, []);
      try {
        for (const [request, outcome] of Object.entries(outcomes)) {
          const answer = await send(ledger, child, request, '', outcome.answer);
          assert.equal(answer, outcome.answer, `${request}\n${child.stdout()}${child.stderr()}`);
        }
      } finally {
        await child.stop();
      }
    });

    for (const mode of modesOf(ledger)) {
      test(`${mode}: each failure is told once, with its route, status, error and trace`, async () => {
        const child = await start(ledger, modes[mode]);
        const parent = (trace: string): string =>
          `00-${trace}-${callerSpan}-0${mode === 'with traces' ? 1 : 0}`;
        try {
          const cases = Object.entries(outcomes);
          const expected: unknown[] = [];
          const answers: Answer[] = [];
          for (const [index, [request, outcome]] of cases.entries()) {
            const trace = traceId(index);
            const answer = await send(ledger, child, request, parent(trace), outcome.answer);
            answers.push(answer);
            assert.equal(answer, outcome.answer, `${request}\n${child.stdout()}${child.stderr()}`);
            if (outcome.failure === undefined) continue;
            await child.output(new RegExp(`^failure .*"${trace}"`, 'm'));
            const route = routeOf(ledger, request);
            expected.push({
              trace,
              method: 'GET',
              ...(route !== undefined && { route }),
              status: outcome.failure.status,
              ...(outcome.failure.message !== null && { message: outcome.failure.message }),
              ...(request === 'user' && mode === 'with traces' && { user: 'kim' }),
            });
          }
          // Whatever the others are told of late has been told by the end of two more.
          for (const index of [cases.length, cases.length + 1]) {
            await send(ledger, child, 'status', parent(traceId(index)));
            await child.output(new RegExp(`^failure .*"${traceId(index)}"`, 'm'));
          }
          const failures = failuresIn(child.stdout()).slice(0, -2);
          if (mode === 'without traces') console.log(printed(ledger, answers, failures));
          const told = failures.map(({ trace, ...rest }) => ({ trace: trace.traceId, ...rest }));
          assert.deepEqual(told, expected, child.stderr());
          const isCallers = ({ trace }: Told): boolean => trace.spanId === callerSpan;
          assert.equal(failures.some(isCallers), mode === 'without traces');
          assert.equal(failures.every(isCallers), mode === 'without traces');
          assert.doesNotMatch(child.stdout(), /hook failure/);
        } finally {
          await child.stop();
        }
      });
    }
  });
}

for (const ledger of ledgers.filter(({ adapter }) => adapter !== undefined)) {
  test(`${ledger.name}, negative control: without its adapter neither route nor error is known`, async () => {
    const child = await start(ledger, { OTEL_NODE_DISABLED_INSTRUMENTATIONS: ledger.adapter ?? '' });
    try {
      await send(ledger, child, 'throw', `00-${traceId(0)}-${callerSpan}-00`);
      await child.output(/^failure/m);
      const trace = { traceId: traceId(0), spanId: callerSpan, traceFlags: 0 };
      assert.deepEqual(failuresIn(child.stdout()), [{ method: 'GET', status: 500, trace }]);
    } finally {
      await child.stop();
    }
  });
}

for (const ledger of ledgers.filter(({ adapter }) => adapter === 'koa')) {
  test(`${ledger.name}: a rejection that nobody handles ends the process as it would without us`, async () => {
    const floating = { ...ledger, failing: 'koa-floating.mjs' };
    const ends: unknown[] = [];
    for (const preload of [[], undefined]) {
      const child = await start(floating, {}, preload);
      try {
        await send(floating, child, '', '');
        ends.push({ ...(await child.exit(10_000)), said: /^Error: boom$/m.exec(child.stderr())?.[0] });
      } finally {
        await child.stop();
      }
    }
    assert.deepEqual(ends, Array(2).fill({ code: 1, signal: null, said: 'Error: boom' }));
  });
}
