import type { OtlpTarget } from './post.ts';

export interface ExitPost {
  readonly target: OtlpTarget;
  readonly body: Uint8Array;
  /** 0 at first, then 1 when the receiver has taken it, or 2. */
  readonly outcome: Int32Array<SharedArrayBuffer>;
}

/**
 * Sends a body while the process ends, when nothing asynchronous happens any more: another thread sends it. Returns what
 * waits for that thread, until so many milliseconds from now on are over, and says whether the receiver took it; neither
 * throws.
 */
export const postAtExit = (target: OtlpTarget, body: Uint8Array, timeoutMs: number): (() => boolean) => {
  try {
    // Asked for now, as it takes longer to load than all that queues.
    const { Worker } = process.getBuiltinModule('node:worker_threads');
    const outcome = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const hurried = { ...target, timeout: Math.min(target.timeout, timeoutMs) };
    const deadline = performance.now() + timeoutMs;
    const thread = new Worker(new URL('./exit-thread.js', import.meta.url), {
      workerData: { target: hurried, body, outcome } satisfies ExitPost,
      // Without the application's preloads, of which we are one, and without a word.
      execArgv: [],
      env: {},
      stdout: true,
      stderr: true,
    });
    thread.on('error', () => {});
    return () => {
      Atomics.wait(outcome, 0, 0, Math.max(0, deadline - performance.now()));
      return outcome[0] === 1;
    };
  } catch {
    // No threads are allowed here, or there is no memory for one.
    return () => false;
  }
};
