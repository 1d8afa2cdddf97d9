import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Child, fixtureNode, root, startChild } from '../child.ts';

const application = path.join(root, 'test/fixtures/process-errors/ways.cjs');

export interface Run {
  readonly way: string;
  /** Absent: plain Node.js, with a preload that is empty, as any changes the stacks of the main module. */
  readonly preload?: string;
  /** Of node. */
  readonly options?: readonly string[];
  readonly node?: string;
  /** A command, with its arguments, that runs node. */
  readonly by?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Done once it has printed `ready`. */
  readonly whenReady?: (child: Child) => Promise<void> | void;
}

/** What can be seen of a process from outside, without what differs from run to run. */
export interface Seen {
  readonly exit: { readonly code: number | null; readonly signal: NodeJS.Signals | null };
  readonly stdout: string;
  readonly stderr: string;
}

/** Without the addresses of what aborts, and the places in Node's `emit`: they depend on how many listeners there are. */
const comparable = (text: string): string =>
  text
    .replaceAll(/\(node:\d+\)/g, '(node)')
    .replaceAll(/0x[\da-f]+/g, '0x')
    .replaceAll(/(process\.emit \(node:events):[\d:]+/g, '$1')
    // Our own: `emit` in stacks of errors that listeners of `process` throw, and the context of a request.
    .replaceAll(
      /^ +at .* \((?:.*\/(?:process-errors-\w+|dist)\/|node:internal\/async_local_storage).*\)\n/gm,
      '',
    )
    .replaceAll(/^\[monitoring\] .*\n/gm, '');

/** Runs test/fixtures/process-errors/ways.cjs to its end. */
export const runToEnd = async (run: Run): Promise<{ readonly seen: Seen; readonly ms: number }> => {
  const { way, preload, options = [], node = fixtureNode, by = [], env = {}, whenReady } = run;
  const startedAt = performance.now();
  const imported = preload === undefined ? 'data:text/javascript,' : pathToFileURL(preload).href;
  // Longer than any stack, as ours has a line more.
  const ownOptions = ['--stack-trace-limit=100', ...options, '--import', imported];
  const [command, ...args] = [...by, node, ...ownOptions, application, way];
  const child = startChild({
    node: command,
    args,
    env,
  });
  try {
    if (whenReady !== undefined) {
      await child.output(/^ready$/m);
      await whenReady(child);
    }
    const exit = await child.exit(30_000);
    const ms = performance.now() - startedAt;
    return { seen: { exit, stdout: child.stdout(), stderr: comparable(child.stderr()) }, ms };
  } finally {
    await child.stop();
  }
};
