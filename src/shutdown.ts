/** Somebody who holds what must not be lost when the process ends. */
export interface EndSink {
  /** Delivers what is still held; may hang or reject. */
  readonly flush?: () => Promise<void>;
  /**
   * Delivers it when nothing asynchronous happens any more; blocks. Of a sink without `flush`, such as a file, it is called
   * at every kind of end and before anybody is waited for; what comes after it may be the last thing that happens.
   */
  readonly flushNow?: (timeoutMs: number) => void;
}

export interface ProcessEnd {
  /** Returns what takes the sink out again. */
  readonly add: (sink: EndSink) => () => void;
}

/** Milliseconds for which a process that ends at once is held at most. */
const longestAtExit = 1_000;

const signals: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT'];

/** On the listeners of every copy of this package: they are not the application's, and the last of them waits for the others. */
const waitsFor = Symbol.for('@ykmake/monitoring.signal-listener');
type SignalListener = NodeJS.SignalsListener & { readonly [waitsFor]?: (flushed: Promise<void>) => void };

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
 * nothing is left to do, or by `process.exit()` and uncaught errors. Listens only while there are sinks.
 *
 * @param timeoutMs longest time in milliseconds that an end may take longer because of us
 */
export const createProcessEnd = (timeoutMs: number): ProcessEnd => {
  const sinks = new Set<EndSink>();
  /** Those who were waited for once are not waited for again. */
  const late = new WeakSet<EndSink>();
  /** What other copies of this package still do before this one raises the signal. */
  const others: Promise<void>[] = [];

  const ignoreSignals = (): void => {
    for (const signal of signals) process.removeListener(signal, onSignal);
  };

  const flushInTime = async (): Promise<void> => {
    const waited = [...sinks].filter(sink => sink.flush !== undefined);
    for (const sink of sinks) if (sink.flush === undefined) deliver(sink, longestAtExit);
    await Promise.all(
      waited.map(async sink => {
        if ((await withDeadline(started(sink), timeoutMs)) === 'late') late.add(sink);
      }),
    );
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

  // By process.exit() or an uncaught error: whoever asks for that does not want to wait for long.
  const onExit = (): void => {
    const deadline = performance.now() + Math.min(timeoutMs, longestAtExit);
    /** Whole milliseconds, as timers want them. */
    const left = (): number => Math.max(0, Math.ceil(deadline - performance.now()));
    const waited = [...sinks].filter(sink => sink.flush !== undefined && !late.has(sink));
    for (const sink of sinks) if (sink.flush === undefined) deliver(sink, left());
    waited.forEach((sink, index) => {
      deliver(sink, Math.ceil(left() / (waited.length - index)));
    });
  };

  const listen = (): void => {
    for (const signal of signals) process.prependListener(signal, onSignal);
    process.once('beforeExit', onBeforeExit);
    process.once('exit', onExit);
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
  };
};

/** A rejection where it throws. */
const started = async ({ flush }: EndSink): Promise<void> => flush?.();

const deliver = ({ flushNow }: EndSink, timeoutMs: number): void => {
  try {
    flushNow?.(timeoutMs);
  } catch {
    // It would change the exit code.
  }
};
