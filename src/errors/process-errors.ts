import { isInRequestDomain } from '../request-domains.ts';
import { createTokenBucket } from './flood/token-bucket.ts';

export interface ProcessErrorsOptions {
  /**
   * Told once of every error and rejection that nobody has caught, before the application's own listeners are.
   *
   * @param isFatal Node.js ends the process by it: no listener of the application, and no capture callback, is there
   */
  readonly onError: (
    error: unknown,
    source: 'uncaughtException' | 'unhandledRejection',
    isFatal: boolean,
  ) => void;
  /**
   * Node.js ends the process in this turn, and without the event `exit`: a listener of `uncaughtException` or of `exit` has
   * thrown.
   */
  readonly onAbruptEnd: () => void;
  readonly onWarning: (warning: Error) => void;
  /** One of these has thrown. */
  readonly onFailure: (error: unknown) => void;
  /** Milliseconds that only ever grow. */
  readonly now: () => number;
}

/** As they are now: an application may take the global away, or fake what it has. */
const host = process;
const nextTick = host.nextTick.bind(host);

/** Warnings that are told at once, and milliseconds in which one more is. */
const [warningBurst, warningMs] = [100, 1_000];

/**
 * Hears of what nobody catches, and leaves what Node.js makes of it as it is: no listener of ours counts.
 *
 * - Errors come by the event `uncaughtExceptionMonitor`, which changes nothing.
 * - Rejections come to it only where they end the process, and values that are no errors come as an error that Node.js
 *   makes of them. `process.emit` is asked for the event `unhandledRejection` in every mode of `--unhandled-rejections`,
 *   so it is replaced by a function that looks at the event and passes it on. In the mode `strict` the monitor is first.
 *
 * @returns what takes it back
 */
export const watchProcessErrors = (options: ProcessErrorsOptions): (() => void) => {
  const { onError, onAbruptEnd, onWarning, onFailure, now } = options;
  let isWatching = true;
  let isExiting = false;
  /** The rejection that Node.js is busy with. */
  let rejection: { readonly reason: unknown; readonly isTold: boolean } | undefined;
  /** The error that the listeners of `uncaughtException` are told next. */
  let uncaught: { readonly error: unknown } | undefined;
  const warnings = createTokenBucket({ burst: warningBurst, refillMs: warningMs, now });

  const safely = (work: () => void): void => {
    try {
      if (isWatching) work();
    } catch (error) {
      try {
        onFailure(error);
      } catch {
        // Thrown from here it would become the error that ends the process.
      }
    }
  };

  /** Node.js has let it be: it warns, or does nothing. */
  const settleRejection = (): void => {
    const settled = rejection;
    rejection = undefined;
    if (settled?.isTold === false) safely(() => onError(settled.reason, 'unhandledRejection', false));
  };

  const onMonitor = (error: unknown, source: NodeJS.UncaughtExceptionOrigin): void => {
    // Its framework gets it next, and its request tells whether it has failed.
    if (isInRequestDomain()) return;
    const isFatal =
      host.listenerCount('uncaughtException') === 0 && !host.hasUncaughtExceptionCaptureCallback();
    uncaught = { error };
    let told = error;
    if (source === 'unhandledRejection') {
      const isHeld = rejection?.isTold === false;
      if (isHeld) told = rejection?.reason;
      rejection = isHeld ? undefined : { reason: error, isTold: true };
      nextTick(settleRejection);
    }
    safely(() => onError(told, source, isFatal));
    if (isExiting && isFatal) safely(onAbruptEnd);
  };

  const onRejection = (reason: unknown): void => {
    // In the mode `strict` the monitor was told of this one.
    const isTold = rejection?.isTold === true;
    settleRejection();
    if (isTold) return;
    if (host.listenerCount('unhandledRejection') > 0) {
      safely(() => onError(reason, 'unhandledRejection', false));
      return;
    }
    // Whether the process ends by it is what Node.js does next.
    rejection = { reason, isTold: false };
    nextTick(settleRejection);
  };

  const onWarningEvent = (warning: Error): void => {
    // An application may emit anything.
    safely(() => {
      // The rejection itself was told.
      if (warning.name !== 'UnhandledPromiseRejectionWarning' && warnings.take()) onWarning(warning);
    });
  };

  const own = Object.getOwnPropertyDescriptor(host, 'emit');
  /** Asked each time for what it inherits: others may replace that after us. */
  const emitter: { readonly emit: typeof host.emit } =
    own === undefined ? Object.getPrototypeOf(host) : { emit: host.emit };
  // Named like what it replaces: stacks of errors that listeners of the application throw show it.
  const watched = {
    emit(this: unknown, ...args: unknown[]): unknown {
      const [event, first] = args;
      if (event === 'unhandledRejection' && isWatching && this === host) onRejection(first);
      if (event === 'exit' && this === host) isExiting = true;
      // Others may emit it, too, and catch what its listeners throw.
      const isByNode = event === 'uncaughtException' && uncaught !== undefined && uncaught.error === first;
      if (!isByNode) return Reflect.apply(emitter.emit, this, args);
      uncaught = undefined;
      // Without catch, and a second throw: Node.js prints the place of the first.
      let hasThrown = true;
      try {
        const isHandled = Reflect.apply(emitter.emit, this, args);
        hasThrown = false;
        return isHandled;
      } finally {
        if (hasThrown) safely(onAbruptEnd);
      }
    },
  }.emit;
  Object.defineProperty(host, 'emit', { value: watched, writable: true, configurable: true });
  host.on('uncaughtExceptionMonitor', onMonitor);
  host.on('warning', onWarningEvent);

  return () => {
    isWatching = false;
    host.removeListener('uncaughtExceptionMonitor', onMonitor);
    host.removeListener('warning', onWarningEvent);
    // Somebody who has replaced it after us passes on to ours.
    if ((host.emit as unknown) !== watched) return;
    if (own === undefined) Reflect.deleteProperty(host, 'emit');
    else Object.defineProperty(host, 'emit', own);
  };
};
