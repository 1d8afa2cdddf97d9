import type { HttpTarget } from './http-post.ts';

/** What is still to be sent to one receiver. */
export interface ExitRequest {
  readonly target: HttpTarget;
  readonly body: Uint8Array;
}

/**
 * What waits, for a process in which nothing asynchronous happens any more: `postAtExit` sends that of all signals
 * together. Nothing more is taken afterwards.
 */
export type TakeAtExit = () => readonly ExitRequest[];

export interface ExitPost {
  readonly requests: readonly ExitRequest[];
  /** For each request: 0 at first, then 1 when the receiver has taken it, or 2. */
  readonly outcomes: Int32Array<SharedArrayBuffer>;
}

/**
 * Sends what is left while the process ends, when nothing asynchronous happens any more: another thread sends it, all
 * side by side, and this one waits for it, so many milliseconds at most. Never throws.
 */
export const postAtExit = (requests: readonly ExitRequest[], timeoutMs: number): void => {
  if (requests.length === 0) return;
  try {
    // Asked for now, as it takes longer to load than all that queues.
    const { Worker } = process.getBuiltinModule('node:worker_threads');
    const deadline = performance.now() + timeoutMs;
    const outcomes = new Int32Array(new SharedArrayBuffer(requests.length * Int32Array.BYTES_PER_ELEMENT));
    const hurried = requests.map(({ target, body }) => ({
      target: { ...target, timeout: Math.min(target.timeout, timeoutMs) },
      body,
    }));
    const thread = new Worker(new URL('./exit-thread.js', import.meta.url), {
      workerData: { requests: hurried, outcomes } satisfies ExitPost,
      // Without the application's preloads, of which we are one, and without a word.
      execArgv: [],
      env: {},
      stdout: true,
      stderr: true,
    });
    thread.on('error', () => {});
    for (const index of requests.keys()) {
      Atomics.wait(outcomes, index, 0, Math.max(0, deadline - performance.now()));
    }
  } catch {
    // No threads are allowed here, or there is no memory for one.
  }
};
