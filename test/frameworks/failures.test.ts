import assert from 'node:assert/strict';
import http from 'node:http';
import path from 'node:path';
import { describe, test } from 'node:test';
import { type Child, root, startChild } from '../child.ts';

/** What is told of one request, and what its client saw. */
interface Outcome {
  /** `cut`: the connection was closed before the answer was complete. */
  readonly answer: number | 'cut' | 'left';
  /** Message of the error; `null`: a failure without one. */
  readonly failure?: { readonly status: number; readonly message: string | null };
}

type Outcomes = Readonly<Record<string, Outcome>>;

const failed = (status: number, message: string | null = 'boom'): Outcome => ({
  answer: status,
  failure: { status, message },
});
const cut = (status: number): Outcome => ({ answer: 'cut', failure: { status, message: 'boom' } });

const frameworks: Outcomes = {
  ok: { answer: 200 },
  throw: failed(500),
  reject: failed(500),
  pass: failed(500),
  'stream-before': failed(500),
  'stream-after': cut(200),
  'pipeline-after': cut(200),
  status: failed(503, null),
  'throw-4xx': { answer: 403 },
  'pass-4xx': { answer: 409 },
  handled: { answer: 200 },
  'mapped-4xx': { answer: 422 },
  'mapped-5xx': failed(503),
  string: failed(500, 'a string'),
  gone: { answer: 'left' },
  'gone-late': { answer: 'left', failure: { status: 499, message: 'boom' } },
  'gone-stream': { answer: 'left' },
  user: failed(500),
};

/** No framework passes errors on: what an answer does not say, nobody knows. */
const raw: Outcomes = {
  ...frameworks,
  throw: failed(500, null),
  reject: failed(500, null),
  pass: failed(500, null),
  'stream-before': cut(499),
  'mapped-5xx': failed(503, null),
  string: failed(500, null),
  'gone-late': { answer: 'left' },
  user: failed(500, null),
};

interface Framework {
  readonly name: string;
  readonly script: string;
  readonly from: string;
  readonly outcomes: Outcomes;
  readonly hasRoutes: boolean;
}

const listed: readonly Omit<Framework, 'hasRoutes'>[] = [
  { name: 'Express 4', script: 'express.mjs', from: 'test/fixtures/express-4', outcomes: frameworks },
  { name: 'Express 5', script: 'express.mjs', from: '.', outcomes: frameworks },
  { name: 'Fastify 4', script: 'fastify.mjs', from: 'test/fixtures/fastify-4', outcomes: frameworks },
  { name: 'Fastify 5', script: 'fastify.mjs', from: 'test/fixtures/fastify-5', outcomes: frameworks },
  {
    name: 'Koa 2',
    script: 'koa.mjs',
    from: 'test/fixtures/koa-2',
    // It leaves the answer open, until its client gives up.
    outcomes: { ...frameworks, 'stream-after': { ...cut(200), answer: 'left' } },
  },
  {
    name: 'Koa 3',
    script: 'koa.mjs',
    from: 'test/fixtures/koa-3',
    // It cuts the connection at once, whether anything was sent or not.
    outcomes: { ...frameworks, 'stream-before': cut(499) },
  },
  { name: 'raw http', script: 'raw.mjs', from: '.', outcomes: raw },
];
const all: readonly Framework[] = listed.map(framework => ({
  ...framework,
  hasRoutes: framework.outcomes !== raw,
}));

const modes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'without traces': {},
  'with traces': { OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' },
  'sampled out': {
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
    OTEL_TRACES_SAMPLER: 'always_off',
  },
};

/** 32 digits that say which request it is. */
const traceId = (index: number): string => (index + 1).toString(16).padStart(32, '0');
const callerSpan = 'b7ad6b7169203331';

interface Asked {
  readonly answer: Outcome['answer'];
}

/** @param leaveAfter what it waits for before it leaves; `undefined`: it stays */
const ask = (
  port: number,
  name: string,
  traceparent: string,
  leaveAfter?: Promise<unknown>,
): Promise<Asked> =>
  new Promise(resolve => {
    const request = http.get({
      host: '127.0.0.1',
      port,
      path: `/api/${name}`,
      agent: false,
      headers: { traceparent },
    });
    const leave = (): void => {
      resolve({ answer: 'left' });
      request.destroy();
    };
    request.on('error', () => resolve({ answer: 'cut' }));
    request.on('response', response => {
      if (leaveAfter !== undefined) response.once('data', () => setTimeout(leave, 200));
      response.on('error', () => resolve({ answer: 'cut' }));
      response.on('end', () => resolve({ answer: response.statusCode ?? 0 }));
      response.resume();
    });
    void leaveAfter?.then(leave, () => {});
  });

/** For a client that leaves in the middle of the answer. */
const never = new Promise<void>(() => {});

const leavingAfter = (
  child: Child,
  name: string,
  answer: Outcome['answer'],
): Promise<unknown> | undefined => {
  if (answer !== 'left') return undefined;
  return name.includes('stream') ? never : child.output(new RegExp(`^entered ${name}$`, 'm'));
};

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

for (const framework of all) {
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

for (const framework of all.filter(({ hasRoutes }) => hasRoutes)) {
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

for (const framework of all.filter(({ name }) => name.startsWith('Koa'))) {
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
