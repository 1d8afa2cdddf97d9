import assert from 'node:assert/strict';
import path from 'node:path';
import { type App, register, root, startApp } from '../child.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../otlp-receiver.ts';

export const fixture: string = path.join(root, 'test/fixtures/official');

interface Scenario {
  /** One of test/fixtures/official/scenarios. */
  readonly library: string;
  /** How the library is loaded: by `import()` or by `require`. */
  readonly as?: 'mjs' | 'cjs';
  readonly env?: Readonly<Record<string, string>>;
  /** Where the application is, with the libraries that it finds. */
  readonly folder?: string;
  /** Loaded before the preload. */
  readonly before?: string;
  /** Nothing is traced. */
  readonly untraced?: boolean;
}

export interface Running {
  readonly app: App;
  readonly receiver: OtlpReceiver;
  /** What the scenario has returned to this request. */
  readonly ask: (target?: string) => Promise<unknown>;
  /** The instrumentations that have been read by now. */
  readonly loaded: () => Promise<unknown>;
}

/** Runs with an application that uses a library, with its spans sent to a receiver. */
export const withScenario = async (
  { library, as = 'mjs', env, folder = fixture, before, untraced = false }: Scenario,
  run: (running: Running) => Promise<void>,
): Promise<void> => {
  const receiver = await startOtlpReceiver();
  const traced = {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_BSP_SCHEDULE_DELAY: '50',
  };
  const preloads = before === undefined ? [register] : [before, register];
  const app = await startApp('', {
    args: [...preloads.flatMap(file => ['--import', file]), path.join(folder, `server.${as}`), library],
    cwd: folder,
    env: {
      ...(untraced ? {} : traced),
      // It is off by default.
      ...(library === 'openai' && { OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http,undici,openai' }),
      ...env,
    },
  });
  const ask = async (target = '/'): Promise<unknown> => {
    const response = await fetch(app.url + target);
    const body = await response.text();
    assert.equal(response.status, 200, body);
    return JSON.parse(body);
  };
  try {
    await run({ app, receiver, ask, loaded: () => ask('/loaded') });
  } finally {
    await app.stop();
    receiver.stop();
  }
};

/** Waits for so many spans, and a moment for those that should not be there. */
export const settled = async (receiver: OtlpReceiver, count: number): Promise<void> => {
  await receiver.waitFor(spans => spans.length >= count);
  await new Promise(resolve => setTimeout(resolve, 200));
};
