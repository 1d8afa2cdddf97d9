import assert from 'node:assert/strict';
import path from 'node:path';
import { type Child, register, root, startChild } from '../child.ts';
import type { Case } from './ledger.ts';

export interface MatrixOptions {
  /** The file of test/fixtures/databases/cases, without its extension. */
  readonly cases: string;
  /** Name of the adapter, which is switched off for the control. */
  readonly adapter: string;
  /** Of the test's database server. */
  readonly url: () => string | undefined;
  /** Whether this machine has no such server, which its harness has said: the tests are skipped. */
  readonly isMissing?: () => boolean;
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

/** An application that makes the calls of its cases, each in a request of its own. */
export interface Client {
  readonly child: Child;
  readonly ask: (target: string) => Promise<unknown>;
  readonly page: () => Promise<string>;
}

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
    // By bytes: the suite `pages` would keep each of thousands that hardly differ.
    page: async () => Buffer.from(await (await fetch(String(metricsUrl))).arrayBuffer()).toString(),
  };
};

/** Starts the application, runs with it, closes its client, and holds that the process then ends by itself. */
export const withClient = async <Result>(
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
