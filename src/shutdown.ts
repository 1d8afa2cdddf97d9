import { now, startTimer, stopTimer } from './host/time.ts';
import type { ExitRequest, postAtExit } from './transport/exit-post.ts';

/** Somebody who holds what must not be lost when the process ends. */
export interface EndSink {
  /** Writes what is held to this machine; called at every kind of end, before anybody is waited for. */
  readonly flushNow?: () => void;
  /** Delivers what is still held; may hang or reject. */
  readonly flush?: () => Promise<void>;
  /** What is still held when nothing asynchronous happens any more; sent together with that of all others. */
  readonly takeAtExit?: () => readonly ExitRequest[];
}

export interface ProcessEnd {
  /** Returns what takes the sink out again. */
  readonly add: (sink: EndSink) => () => void;
  /**
   * Nobody has caught an error, or a rejection: where the process ends by it, it is worth waiting for what tells of it,
   * also for sinks that were waited for before.
   */
  readonly noteError: () => void;
  /** The process ends in this turn, and without an event: delivers what is held; blocks. */
  readonly endNow: () => void;
}

/** Milliseconds for which a process that ends at once, and by no error, is held at most. */
const longestAtExit = 1_000;

/** Milliseconds after an error in which an end is taken for its consequence: loggers may need three seconds for theirs. */
const consequenceMs = 10_000;

const signals: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT'];

/** On the listeners of every copy of this package: they are not the application's, and the last of them waits for the others. */
const waitsFor = Symbol.for('@ykmake/monitoring.signal-listener');
type SignalListener = NodeJS.SignalsListener & { readonly [waitsFor]?: (flushed: Promise<void>) => void };

/** Settles when `work` does, or after `timeoutMs`; never rejects. The timer keeps the process alive. */
export const withDeadline = async (work: Promise<unknown>, timeoutMs: number): Promise<'done' | 'late'> => {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<'late'>(resolve => {
    timer = startTimer(resolve, timeoutMs, 'late');
  });
  const outcome = await Promise.race([
    work.then(
      () => 'done' as const,
      () => 'done' as const,
    ),
    deadline,
  ]);
  stopTimer(timer);
  return outcome;
};

/**
 * Flushes before the process ends, and lets it end as it would have without us: by the signal (143, 130) when
 * the application does not handle it, by the application's own listener when it does, by itself when
 * nothing is left to do, or by `process.exit()` and uncaught errors. Listens only while there are sinks.
 *
 * @param timeoutMs longest time in milliseconds that an end may take longer because of us
 * @param post sends what is left at once, and blocks for so many milliseconds at most; absent: nobody has anything to send
 */
export const createProcessEnd = (timeoutMs: number, post?: typeof postAtExit): ProcessEnd => {
  const shortMs = Math.min(timeoutMs, longestAtExit);
  const sinks = new Set<EndSink>();
  /** Those who were waited for once are not waited for again. */
  const late = new Set<EndSink>();
  let erredAt = Number.NEGATIVE_INFINITY;
  /** When the flush that is under way has to be over. */
  let flushEndsAt: number | undefined;
  /** What other copies of this package still do before this one raises the signal. */
  const others: Promise<void>[] = [];

  const writeAll = (): void => {
    for (const sink of sinks) write(sink);
  };

  const ignoreSignals = (): void => {
    for (const signal of signals) process.removeListener(signal, onSignal);
  };

  const flushInTime = async (): Promise<void> => {
    writeAll();
    flushEndsAt = now() + timeoutMs;
    await Promise.all(
      [...sinks].map(async sink => {
        if ((await withDeadline(started(sink), timeoutMs)) === 'late') late.add(sink);
      }),
    );
    flushEndsAt = undefined;
  };

  const onSignal: SignalListener = Object.assign(
    (signal: NodeJS.Signals): void => {
      // Off first: libraries that count listeners to see whether they are alone must not see ours, and a
      // second signal, also the other one, ends the process at once.
      ignoreSignals();
      const rest: readonly SignalListener[] = process.listeners(signal);
      const next = rest.find(listener => listener[waitsFor] !== undefined);
      const applicationHandlesIt = rest.some(listener => listener[waitsFor] === undefined);
      const flushed = Promise.all([flushInTime(), ...others.splice(0)]).then(() => {});
      if (next !== undefined) next[waitsFor]?.(flushed);
      else if (!applicationHandlesIt) void flushed.then(() => process.kill(process.pid, signal));
    },
    { [waitsFor]: (flushed: Promise<void>): void => void others.push(flushed) },
  );

  // The timer of the deadline is all that keeps the process alive meanwhile.
  const onBeforeExit = (): void => void flushInTime();

  const deliverWithin = (ms: number): void => {
    // An end that has begun keeps its deadline, but the last error is given a chance.
    const deadline = Math.min(now() + ms, Math.max(flushEndsAt ?? Number.POSITIVE_INFINITY, now() + shortMs));
    writeAll();
    const requests = [...sinks].filter(sink => !late.has(sink)).flatMap(taken);
    // Whole milliseconds, as timers want them.
    post?.(requests, Math.max(0, Math.ceil(deadline - now())));
  };

  // By process.exit() or an uncaught error. Whoever asks for the first does not want to wait for long.
  const onExit = (code: number): void =>
    deliverWithin(code !== 0 && now() - erredAt < consequenceMs ? timeoutMs : shortMs);

  const listen = (): void => {
    for (const signal of signals) process.prependListener(signal, onSignal);
    process.once('beforeExit', onBeforeExit);
    // First, as a listener of the application may end the process at once.
    process.prependOnceListener('exit', onExit);
  };
  const ignore = (): void => {
    process.removeListener('exit', onExit);
    ignoreSignals();
    process.removeListener('beforeExit', onBeforeExit);
  };

  return {
    add: sink => {
      if (sinks.size === 0) listen();
      sinks.add(sink);
      return () => {
        if (sinks.delete(sink) && sinks.size === 0) ignore();
      };
    },
    noteError: () => {
      erredAt = now();
      late.clear();
    },
    endNow: () => deliverWithin(timeoutMs),
  };
};

/** A rejection where it throws. */
const started = async ({ flush }: EndSink): Promise<void> => flush?.();

// What fails in these would change the exit code.

const write = ({ flushNow }: EndSink): void => {
  try {
    flushNow?.();
  } catch {}
};

const taken = ({ takeAtExit }: EndSink): readonly ExitRequest[] => {
  try {
    return takeAtExit?.() ?? [];
  } catch {
    return [];
  }
};
