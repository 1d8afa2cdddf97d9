export interface ExitOptions {
  /** Delivers what is still held; may hang or reject. */
  readonly flush: () => Promise<void>;
  /** Delivers it when nothing asynchronous happens any more; blocks. */
  readonly deliverAtExit: (timeoutMs: number) => void;
  /** Longest time in milliseconds that an exit may take longer because of us. */
  readonly timeoutMs: number;
}

/** Milliseconds for which a process that ends at once is held at most. */
const longestAtExit = 1_000;

const signals: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT'];

/** Settles when `work` does, or after `timeoutMs`; never rejects. The timer keeps the process alive. */
export const withDeadline = async (work: Promise<unknown>, timeoutMs: number): Promise<'done' | 'late'> => {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<'late'>(resolve => {
    timer = setTimeout(resolve, timeoutMs, 'late');
  });
  const outcome = await Promise.race([
    work.then(
      () => 'done' as const,
      () => 'done' as const,
    ),
    deadline,
  ]);
  clearTimeout(timer);
  return outcome;
};

/**
 * Flushes before the process ends, and lets it end as it would have without us: by the signal (143, 130) when
 * the application does not handle it, by the application's own listener when it does, by itself when
 * nothing is left to do, or by `process.exit()` and uncaught errors. Only installed when there is something to deliver. Returns what takes it back.
 */
export const flushBeforeExit = ({ flush, deliverAtExit, timeoutMs }: ExitOptions): (() => void) => {
  const ignoreSignals = (): void => {
    for (const signal of signals) process.removeListener(signal, onSignal);
  };
  const flushInTime = async (): Promise<void> => {
    // Who was waited for once is not waited for again.
    if ((await withDeadline(flush(), timeoutMs)) === 'late') process.removeListener('exit', onExit);
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    // Off first: libraries that count listeners to see whether they are alone must not see ours, and a
    // second signal, also the other one, ends the process at once.
    ignoreSignals();
    const applicationHandlesIt = process.listenerCount(signal) > 0;
    const flushed = flushInTime();
    if (!applicationHandlesIt) void flushed.then(() => process.kill(process.pid, signal));
  };
  // The timer of the deadline is all that keeps the process alive meanwhile.
  const onBeforeExit = (): void => void flushInTime();

  // By process.exit() or an uncaught error: whoever asks for that does not want to wait for long.
  const onExit = (): void => {
    try {
      deliverAtExit(Math.min(timeoutMs, longestAtExit));
    } catch {
      // It would change the exit code.
    }
  };

  for (const signal of signals) process.prependListener(signal, onSignal);
  process.once('beforeExit', onBeforeExit);
  process.once('exit', onExit);
  return () => {
    process.removeListener('exit', onExit);
    ignoreSignals();
    process.removeListener('beforeExit', onBeforeExit);
  };
};
