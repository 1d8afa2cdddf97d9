/** The thread of `postAtExit`: sends one body, and says in shared memory what became of it. */
import { workerData } from 'node:worker_threads';
import type { ExitPost } from './exit-post.ts';
import { createPost } from './post.ts';

const send = ({ target, body, outcome }: ExitPost): void => {
  const settle = (taken: boolean) => (): void => {
    Atomics.store(outcome, 0, taken ? 1 : 2);
    Atomics.notify(outcome, 0);
    clearTimeout(alive);
  };
  // What sends keeps no thread alive.
  const alive = setTimeout(settle(false), target.timeout);
  createPost(target)(body).then(settle(true), settle(false));
};

// Nothing when it is loaded as anything but that thread.
const given = workerData as Partial<ExitPost> | null;
if (given?.outcome !== undefined) send(given as ExitPost);
