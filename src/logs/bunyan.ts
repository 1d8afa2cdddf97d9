import { type Methods, replaceMethods } from '../instrumentations/replace-methods.ts';
import { type BridgeOptions, sinkFor } from './bridge-options.ts';
import { isError } from './exception.ts';
import { lineIds } from './line-ids.ts';
import { isErrorLevel, severityNumber } from './severity.ts';
import { lineContent } from './written-line.ts';

type Line = Record<string, unknown>;
type Emit = (this: Logger, line: Line, onlyText?: unknown) => unknown;

type Serialize = (this: unknown, value: unknown) => unknown;

interface Logger {
  readonly serializers?: Record<string, unknown>;
  readonly streams: readonly { readonly level: number }[];
}

/** Source: bunyan's README, "Levels". */
const levels: ReadonlyMap<unknown, string> = new Map([
  [10, 'trace'],
  [20, 'debug'],
  [30, 'info'],
  [40, 'warn'],
  [50, 'error'],
  [60, 'fatal'],
]);

const names = { message: 'msg', error: 'err' };

/** Patches the class of all loggers of one copy of bunyan, where each has made the object of a line for its streams. */
export const patchBunyan = (exports: unknown, options: BridgeOptions): (() => void) | undefined => {
  const { records, onLoggedError, activeTrace, now, onFailure } = options;
  const originals = createOriginals();

  const bridge = (logger: Logger, line: Line): void => {
    const trace = activeTrace();
    // Bunyan has made the object for this line.
    if (trace !== undefined && line.trace_id === undefined && line.span_id === undefined)
      Object.assign(line, lineIds(trace));
    const sink = sinkFor(records, trace);
    const severityText = levels.get(line.level) ?? String(line.level);
    const isShown = onLoggedError !== undefined && isErrorLevel(severityText);
    if (sink === undefined && !isShown) return;
    if (!logger.streams.some(({ level }) => level <= Number(line.level))) return;
    sink?.emit({
      time: now(),
      severityNumber: severityNumber(severityText),
      severityText,
      ...lineContent(line, names, sink.redaction),
      trace,
      scope: 'bunyan',
    });
    const error = isShown ? (originals.of(line.err) ?? originals.of(line.error)) : undefined;
    if (error === undefined) return;
    onLoggedError?.(error, {
      message: typeof line.msg === 'string' ? line.msg : undefined,
      logger: 'bunyan',
    });
  };

  if (typeof exports !== 'function') return undefined;
  const undoEmit = replaceMethods(exports.prototype as Methods, {
    _emit: original =>
      function emit(this: Logger, line: Line, onlyText?: unknown): unknown {
        try {
          if (!onlyText) bridge(this, line);
        } catch (error) {
          onFailure('bunyan', error);
        }
        return (original as Emit).call(this, line, onlyText);
      },
    ...(onLoggedError && {
      addSerializers: add =>
        function addSerializers(this: Logger, serializers: unknown): void {
          (add as Serialize).call(this, serializers);
          const own = this.serializers;
          if (typeof own?.err === 'function') own.err = originals.watch(own.err as Serialize);
        },
    }),
  });
  if (undoEmit === undefined || onLoggedError === undefined) return undoEmit;
  // Of loggers without a serializer of their own.
  const undoSerializer = replaceMethods((exports as { readonly stdSerializers?: Methods }).stdSerializers, {
    err: serialize => originals.watch(serialize as Serialize),
  });
  return () => {
    undoSerializer?.();
    undoEmit();
  };
};

/** The errors that serializers have made plain objects of, which is all that the object of a line has of them. */
const createOriginals = () => {
  const known = new WeakMap<object, Error>();
  const watching = new WeakSet<Serialize>();
  const watch = (serialize: Serialize): Serialize => {
    if (watching.has(serialize)) return serialize;
    const err: Serialize = function (value) {
      const said = serialize.call(this, value);
      if (isError(value) && typeof said === 'object' && said !== null) known.set(said, value);
      return said;
    };
    watching.add(err);
    return err;
  };
  return {
    watch,
    of: (value: unknown): Error | undefined => (isError(value) ? value : known.get(value as object)),
  };
};
