import path from 'node:path';
import { type Child, root, startChild } from '../child.ts';
import { reported } from './reported.ts';

const fixture = path.join(root, 'test/fixtures/preload/ends.mjs');

export interface Run {
  readonly node?: string;
  /** Options of node, such as the preload. */
  readonly options: readonly string[];
  /** How the fixture ends. */
  readonly way: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Done while the application still runs. */
  readonly meanwhile?: (child: Child) => Promise<void>;
}

/** What can be seen of an application from outside, without what differs from run to run. */
export interface Outcome {
  readonly answer: string;
  readonly exit: { readonly code: number | null; readonly signal: NodeJS.Signals | null };
  readonly stdout: string;
  /** What it says itself on standard error. */
  readonly stderr: readonly string[];
}

export interface Ending {
  readonly outcome: Outcome;
  /** What the package says on standard error. */
  readonly lines: readonly string[];
  /** From the only request to the end. */
  readonly milliseconds: number;
}

/** Runs test/fixtures/preload/ends.mjs: it serves one request and ends. */
export const runToEnd = async ({ options, way, meanwhile, node, env = {} }: Run): Promise<Ending> => {
  const child = startChild({
    ...(node === undefined ? {} : { node }),
    args: [...options, fixture, way],
    env: { OTEL_EXPORTER_PROMETHEUS_PORT: '0', ...env },
  });
  try {
    const [, port = ''] = await child.output(/^listening (\d+)$/m);
    await meanwhile?.(child);
    const startedAt = performance.now();
    const answer = await (await fetch(`http://127.0.0.1:${port}`)).text();
    const exit = await child.exit();
    const milliseconds = performance.now() - startedAt;
    const lines = reported(child);
    const isOurs = (line: string): boolean => line.startsWith('[monitoring] ');
    return {
      outcome: {
        answer,
        exit,
        stdout: child.stdout().replace(port, 'port'),
        stderr: lines.filter(line => !isOurs(line)),
      },
      lines: lines.filter(isOurs),
      milliseconds,
    };
  } finally {
    await child.stop();
  }
};
