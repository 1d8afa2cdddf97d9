import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { type Child, root, startChild } from '../child.ts';
import { ask, callerSpan, type Framework, frameworks, leavingAfter, modes, traceId } from './failing.ts';

const failuresIn = (output: string): readonly Readonly<Record<string, unknown>>[] =>
  [...output.matchAll(/^failure (.*)$/gm)].map(([, json = '']) => JSON.parse(json));

const start = (
  { script, from }: Framework,
  env: Readonly<Record<string, string>>,
  preload: readonly string[] = ['--import', path.join(root, 'test/fixtures/failing/collect.ts')],
): Child =>
  startChild({
    args: [...preload, path.join(root, 'test/fixtures/failing', script)],
    cwd: path.join(root, from),
    env,
    node: process.execPath,
  });

const portOf = async (child: Child): Promise<number> => Number((await child.output(/^listening (\d+)$/m))[1]);

for (const framework of frameworks) {
  const { name, outcomes, hasRoutes } = framework;
  describe(name, () => {
    test('without the preload: the answers are the same', async () => {
      const child = start(framework, {}, []);
      try {
        const port = await portOf(child);
        for (const [request, outcome] of Object.entries(outcomes)) {
          const { answer } = await ask(port, request, '', leavingAfter(child, request, outcome.answer));
          assert.equal(answer, outcome.answer, `${request}\n${child.stdout()}${child.stderr()}`);
        }
      } finally {
        await child.stop();
      }
    });

    for (const [mode, env] of Object.entries(modes)) {
      test(`${mode}: each failure is told once, with its route, status, error and trace`, async () => {
        const child = start(framework, env);
        const parent = (trace: string): string =>
          `00-${trace}-${callerSpan}-0${mode === 'with traces' ? 1 : 0}`;
        try {
          const port = await portOf(child);
          const cases = Object.entries(outcomes);
          const expected: unknown[] = [];
          for (const [index, [request, outcome]] of cases.entries()) {
            const trace = traceId(index);
            const leaveAfter = leavingAfter(child, request, outcome.answer);
            const { answer } = await ask(port, request, parent(trace), leaveAfter);
            assert.equal(answer, outcome.answer, `${request}\n${child.stdout()}${child.stderr()}`);
            if (outcome.failure === undefined) continue;
            await child.output(new RegExp(`^failure .*"${trace}"`, 'm'));
            expected.push({
              trace,
              method: 'GET',
              ...(hasRoutes && { route: `/api/${request}` }),
              status: outcome.failure.status,
              ...(outcome.failure.message !== null && { message: outcome.failure.message }),
              ...(request === 'user' && mode === 'with traces' && { user: 'kim' }),
            });
          }
          // Whatever the others are told of late has been told by the end of two more.
          for (const index of [cases.length, cases.length + 1]) {
            await ask(port, 'status', parent(traceId(index)));
            await child.output(new RegExp(`^failure .*"${traceId(index)}"`, 'm'));
          }
          const failures = failuresIn(child.stdout()).slice(0, -2);
          const told = failures.map(({ trace, ...rest }) => ({
            trace: (trace as { readonly traceId: string }).traceId,
            ...rest,
          }));
          assert.deepEqual(told, expected, child.stderr());
          const isCallers = ({ trace }: Readonly<Record<string, unknown>>): boolean =>
            (trace as { readonly spanId: string }).spanId === callerSpan;
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

for (const framework of frameworks.filter(({ hasRoutes }) => hasRoutes)) {
  test(`${framework.name}, negative control: without its adapter neither route nor error is known`, async () => {
    const [, adapter = ''] = /^(\w+)/.exec(framework.name.toLowerCase()) ?? [];
    const child = start(framework, { OTEL_NODE_DISABLED_INSTRUMENTATIONS: adapter });
    try {
      await ask(await portOf(child), 'throw', `00-${traceId(0)}-${callerSpan}-00`);
      await child.output(/^failure/m);
      const trace = { traceId: traceId(0), spanId: callerSpan, traceFlags: 0 };
      assert.deepEqual(failuresIn(child.stdout()), [{ method: 'GET', status: 500, trace }]);
    } finally {
      await child.stop();
    }
  });
}

for (const framework of frameworks.filter(({ name }) => name.startsWith('Koa'))) {
  test(`${framework.name}: a rejection that nobody handles ends the process as it would without us`, async () => {
    const floating = { ...framework, script: 'koa-floating.mjs' };
    const ends: unknown[] = [];
    for (const preload of [[], undefined]) {
      const child = start(floating, {}, preload);
      try {
        await ask(await portOf(child), '', '');
        ends.push({ ...(await child.exit(10_000)), said: /^Error: boom$/m.exec(child.stderr())?.[0] });
      } finally {
        await child.stop();
      }
    }
    assert.deepEqual(ends, Array(2).fill({ code: 1, signal: null, said: 'Error: boom' }));
  });
}
