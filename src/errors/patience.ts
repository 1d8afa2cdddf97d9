import type { Clock } from './clock.ts';

/** Milliseconds that somebody waits at most for what became of a report. */
const patience = 3_000;

/**
 * What work comes to, or `otherwise` where that takes longer than three seconds: with retries it may take minutes, for
 * which nobody who answers a request is to wait.
 *
 * @param work never rejects
 * @param isAwaited by the application, which is kept alive for it: with nothing else to do it would end before
 */
export const withPatience = <Value>(
  work: Promise<Value>,
  otherwise: Value,
  isAwaited: boolean,
  clock: Pick<Clock, 'after' | 'hold'>,
): Promise<Value> =>
  new Promise(resolve => {
    const wait = isAwaited ? clock.hold : clock.after;
    const cancel = wait(patience, () => resolve(otherwise));
    void work.then(value => {
      cancel();
      resolve(value);
    });
  });
