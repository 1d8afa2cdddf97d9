import { type Methods, replaceMethods } from '../../instrumentations/replace-methods.ts';
import { type BridgeOptions, sinkFor } from '../bridge-options.ts';
import type { ConsoleBridge } from '../console.ts';
import { isError } from '../exception.ts';
import { isSeen } from '../prepared.ts';
import type { LogTrace } from '../record.ts';
import { isErrorLevel } from '../severity.ts';
import { errorIn, errorObjectIn } from './error-in.ts';
import { type Info, isInfo, levelKey } from './info.ts';
import { reachOf, type WinstonLogger } from './reach.ts';
import { type Call, recordOf } from './record-of.ts';
import { withIds } from './with-ids.ts';

/** The shape of all three: what is written, its encoding, and what is called afterwards. */
type Step = (this: WinstonLogger, info: unknown, encoding: unknown, callback?: unknown) => unknown;

type Add = (this: WinstonLogger, info: unknown) => unknown;

/** When and where a record was written. */
interface Moment {
  readonly trace: LogTrace | undefined;
  readonly time: number;
  /** Another logger, which passed it on, has made a record of it. */
  readonly isSent: boolean;
  /** The error that a child logger has made an object of its own of. */
  readonly original: Error | undefined;
}

/** A call between `_transform` and `push`: its formats are running. */
interface Line extends Call, Moment {
  readonly logger: WinstonLogger;
  /** What whoever wants logged errors is told; no error: they have been already. */
  readonly logged: { readonly error: Error | undefined; readonly message: string | undefined } | undefined;
}

export interface WinstonOptions extends BridgeOptions {
  /** Runs what gives lines to transports: what these write with `console` is no call of the application. */
  readonly silently: ConsoleBridge['silently'] | undefined;
}

/**
 * Patches the class of all loggers of one copy of Winston (`lib/winston/logger.js`).
 *
 * Every record passes three of its methods once, whether it comes from `log()`, a level's method, a child logger, a
 * container, `winston.info()`, another stream or the handlers of exceptions: `write`, where the caller's trace is
 * active; `_transform` before and `push` after the formats of the logger. Between the first two, a logger with a slow
 * transport keeps it, and goes on in some other context.
 */
export const patchWinston = (exports: unknown, options: WinstonOptions): (() => void) | undefined => {
  const { records, onLoggedError, activeTrace, now, onFailure, silently } = options;

  const guard = <Result>(run: () => Result): Result | undefined => {
    try {
      return run();
    } catch (error) {
      onFailure('winston', error);
      return undefined;
    }
  };
  /** Infos that were sent, and the loggers that they are on their way to. */
  const passedOn = new WeakMap<object, Set<object>>();
  let isAnyPassedOn = false;

  /** An error that was logged by itself, until `write` is given it, or what a child makes of it. */
  let given: Error | undefined;

  const originalOf = (info: unknown): Error | undefined => {
    const error = given;
    given = undefined;
    if (error === undefined || error === info || !isInfo(info)) return undefined;
    return info.stack === error.stack && info.message === error.message ? error : undefined;
  };

  const here = (logger: WinstonLogger, info: unknown): Moment => ({
    original: given && guard(() => originalOf(info)),
    trace: guard(activeTrace),
    time: records === undefined ? 0 : now(),
    isSent: isAnyPassedOn && isInfo(info) && (passedOn.get(info)?.delete(logger) ?? false),
  });

  /** What `write` was given, until `_transform` takes it. */
  let written: unknown;
  let writtenAt: Moment | undefined;
  const waiting = new WeakMap<object, Moment>();
  let line: Line | undefined;

  const momentOf = (logger: WinstonLogger, info: Info): Moment => {
    if (written === info && writtenAt !== undefined) {
      written = undefined;
      return writtenAt;
    }
    // Left there, as the same object may be waiting more than once.
    return waiting.get(info) ?? here(logger, info);
  };

  /** `undefined`: nobody is told of this line. */
  const loggedIn = (info: Info, { original }: Moment): Line['logged'] => {
    if (!isErrorLevel(String(info[levelKey] ?? info.level))) return undefined;
    const error = info[isSeen] ? undefined : (errorObjectIn(info) ?? original);
    if (error === undefined && !info[isSeen]) return undefined;
    return { error, message: typeof info.message === 'string' ? info.message : undefined };
  };

  const lineOf = (logger: WinstonLogger, info: Info, moment: Moment): Line | undefined => {
    const logged = onLoggedError && guard(() => loggedIn(info, moment));
    if (logged === undefined && sinkFor(records, moment.trace) === undefined) return undefined;
    return { ...moment, logger, error: errorIn(info), logged };
  };

  const emit = (info: unknown, call: Line): void => {
    if (!isInfo(info)) return;
    const { isWritten, isSent, loggers } = reachOf(call.logger, info);
    const isDone = call.isSent || isSent;
    if (loggers.length > 0 && (isDone || isWritten)) {
      passedOn.set(info, new Set(loggers));
      isAnyPassedOn = true;
    }
    const sink = sinkFor(records, call.trace);
    if (isWritten && !isDone) sink?.emit(recordOf(info, call, sink.redaction));
    const { error, message } = call.logged ?? {};
    if (error === undefined || call.isSent || !(isWritten || isSent)) return;
    onLoggedError?.(error, { message, logger: 'winston' });
  };

  const prototype = prototypeOf(exports);
  // Not there in the first versions of Winston 3.
  const isGiven = onLoggedError !== undefined && typeof prototype?._addDefaultMeta === 'function';
  return replaceMethods(prototype, {
    ...(isGiven && {
      _addDefaultMeta: original =>
        function addDefaultMeta(this: WinstonLogger, info: unknown): unknown {
          if (isError(info)) given = info;
          return (original as Add).call(this, info);
        },
    }),
    write: original =>
      function write(this: WinstonLogger, info: unknown, encoding: unknown, callback: unknown): unknown {
        const outer = written;
        const outerAt = writtenAt;
        const moment = here(this, info);
        written = info;
        writtenAt = moment;
        try {
          return (original as Step).call(this, info, encoding, callback);
        } finally {
          if (written === info && isInfo(info)) waiting.set(info, moment);
          written = outer;
          writtenAt = outerAt;
        }
      },
    _transform: original =>
      function transform(this: WinstonLogger, info: unknown, encoding: unknown, callback: unknown): unknown {
        if (!isInfo(info)) return (original as Step).call(this, info, encoding, callback);
        const moment = momentOf(this, info);
        if (this.silent) return (original as Step).call(this, info, encoding, callback);
        const marked = moment.trace === undefined ? { info } : withIds(info, moment.trace);
        const outer = line;
        line = lineOf(this, info, moment);
        try {
          return (original as Step).call(this, marked.info, encoding, callback);
        } finally {
          line = outer;
          marked.release?.();
        }
      },
    push: original =>
      function push(this: WinstonLogger, info: unknown, encoding: unknown): unknown {
        const call = line;
        if (call === undefined || call.logger !== this) return (original as Step).call(this, info, encoding);
        line = undefined;
        guard(() => emit(info, call));
        const pass = (): unknown => (original as Step).call(this, info, encoding);
        return silently === undefined ? pass() : silently(pass);
      },
  });
};

const prototypeOf = (exports: unknown): Methods | undefined =>
  typeof exports === 'function' ? (exports.prototype as Methods) : undefined;
