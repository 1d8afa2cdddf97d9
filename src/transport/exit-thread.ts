/** The thread of `postAtExit`: sends what it is given, and says in shared memory what became of it. */
import { workerData } from 'node:worker_threads';
import type { ExitPost, ExitRequest } from './exit-post.ts';
import { createHttpPost } from './http-post.ts';

const send = ({ target, body }: ExitRequest, index: number, { outcomes }: ExitPost): void => {
  const settle = (taken: boolean) => (): void => {
    Atomics.store(outcomes, index, taken ? 1 : 2);
    Atomics.notify(outcomes, index);
    clearTimeout(alive);
  };
  // What sends keeps no thread alive.
  const alive = setTimeout(settle(false), target.timeout);
  try {
    createHttpPost(target)(body).then(({ status }) => settle(status >= 200 && status < 300)(), settle(false));
  } catch {
    // Its address is none: the others are sent all the same.
    settle(false)();
  }
};

// Nothing when it is loaded as anything but that thread.
const given = workerData as Partial<ExitPost> | null;
for (const [index, request] of given?.requests?.entries() ?? []) send(request, index, given as ExitPost);
