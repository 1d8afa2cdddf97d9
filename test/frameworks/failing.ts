import http from 'node:http';
import type { Child } from '../child.ts';

/** What is told of one request, and what its client saw. */
export interface Outcome {
  /** `cut`: the connection was closed before the answer was complete. */
  readonly answer: number | 'cut' | 'left';
  /** Message of the error; `null`: a failure without one. */
  readonly failure?: { readonly status: number; readonly message: string | null };
}

export type Outcomes = Readonly<Record<string, Outcome>>;

const failed = (status: number, message: string | null = 'boom'): Outcome => ({
  answer: status,
  failure: { status, message },
});
const cut = (status: number): Outcome => ({ answer: 'cut', failure: { status, message: 'boom' } });

const byFrameworks: Outcomes = {
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
  ...byFrameworks,
  throw: failed(500, null),
  reject: failed(500, null),
  pass: failed(500, null),
  'stream-before': cut(499),
  'mapped-5xx': failed(503, null),
  string: failed(500, null),
  'gone-late': { answer: 'left' },
  user: failed(500, null),
};

export interface Framework {
  readonly name: string;
  readonly script: string;
  readonly from: string;
  readonly outcomes: Outcomes;
  readonly hasRoutes: boolean;
}

const listed: readonly Omit<Framework, 'hasRoutes'>[] = [
  { name: 'Express 4', script: 'express.mjs', from: 'test/fixtures/express-4', outcomes: byFrameworks },
  { name: 'Express 5', script: 'express.mjs', from: '.', outcomes: byFrameworks },
  { name: 'Fastify 4', script: 'fastify.mjs', from: 'test/fixtures/fastify-4', outcomes: byFrameworks },
  { name: 'Fastify 5', script: 'fastify.mjs', from: 'test/fixtures/fastify-5', outcomes: byFrameworks },
  {
    name: 'Koa 2',
    script: 'koa.mjs',
    from: 'test/fixtures/koa-2',
    // It leaves the answer open, until its client gives up.
    outcomes: { ...byFrameworks, 'stream-after': { ...cut(200), answer: 'left' } },
  },
  {
    name: 'Koa 3',
    script: 'koa.mjs',
    from: 'test/fixtures/koa-3',
    // It cuts the connection at once, whether anything was sent or not.
    outcomes: { ...byFrameworks, 'stream-before': cut(499) },
  },
  { name: 'raw http', script: 'raw.mjs', from: '.', outcomes: raw },
];
/** The applications in test/fixtures/failing, and what becomes of the same requests to each of them. */
export const frameworks: readonly Framework[] = listed.map(framework => ({
  ...framework,
  hasRoutes: framework.outcomes !== raw,
}));

export const modes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'without traces': {},
  'with traces': { OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' },
  'sampled out': {
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
    OTEL_TRACES_SAMPLER: 'always_off',
  },
};

/** 32 digits that say which request it is. */
export const traceId = (index: number): string => (index + 1).toString(16).padStart(32, '0');
export const callerSpan = 'b7ad6b7169203331';

export interface Asked {
  readonly answer: Outcome['answer'];
}

/** @param leaveAfter what it waits for before it leaves; `undefined`: it stays */
export const ask = (
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

export const leavingAfter = (
  child: Child,
  name: string,
  answer: Outcome['answer'],
): Promise<unknown> | undefined => {
  if (answer !== 'left') return undefined;
  return name.includes('stream') ? never : child.output(new RegExp(`^entered ${name}$`, 'm'));
};
