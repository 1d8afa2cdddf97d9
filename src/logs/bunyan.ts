import { type Methods, replaceMethods } from '../instrumentations/replace-methods.ts';
import type { BridgeOptions } from './bridge-options.ts';
import { lineIds } from './line-ids.ts';
import { severityNumber } from './severity.ts';
import { lineContent } from './written-line.ts';

type Line = Record<string, unknown>;
type Emit = (this: Logger, line: Line, onlyText?: unknown) => unknown;

interface Logger {
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
  const { records, activeTrace, now, onFailure } = options;

  const bridge = (logger: Logger, line: Line): void => {
    const trace = activeTrace();
    // Bunyan has made the object for this line.
    if (trace !== undefined && line.trace_id === undefined && line.span_id === undefined)
      Object.assign(line, lineIds(trace));
    if (records === undefined || !logger.streams.some(({ level }) => level <= Number(line.level))) return;
    const severityText = levels.get(line.level) ?? String(line.level);
    records.emit({
      time: now(),
      severityNumber: severityNumber(severityText),
      severityText,
      ...lineContent(line, names, records.redaction),
      trace,
      scope: 'bunyan',
    });
  };

  return replaceMethods(typeof exports === 'function' ? (exports.prototype as Methods) : undefined, {
    _emit: original =>
      function emit(this: Logger, line: Line, onlyText?: unknown): unknown {
        try {
          if (!onlyText) bridge(this, line);
        } catch (error) {
          onFailure('bunyan', error);
        }
        return (original as Emit).call(this, line, onlyText);
      },
  });
};
