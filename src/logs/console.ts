import { format, inspect } from 'node:util';
import { type Methods, replaceMethods } from '../instrumentations/replace-methods.ts';
import { type BridgeOptions, sinkFor } from './bridge-options.ts';
import { exceptionAttributes, isError } from './exception.ts';
import { severityNumber } from './severity.ts';

/**
 * The rest of console's methods print by these: `table`, `count`, `timeEnd` by `log`, `assert` by `warn`, and `trace` by
 * `error`, whose stack trace would show a patch of its own.
 */
const methods = ['log', 'info', 'warn', 'error', 'debug', 'dir'] as const;
const writtenByTrace = /^Trace(?:: |\n)[\s\S]*\n {4}at /;

/** Characters of one argument, and of the whole. */
const longestText = 16_384;

export interface ConsoleBridge {
  /** Runs something whose own calls of `console` are no records. */
  readonly silently: <Result>(run: () => Result) => Result;
  readonly undo: () => void;
}

/** Makes records of what the application prints with `console`, which goes on printing exactly that. */
export const bridgeConsole = (console: object, options: BridgeOptions): ConsoleBridge => {
  const { records, onLoggedError, activeTrace, now, onFailure } = options;
  /** How many calls deep we are: some methods print by others, and whatever takes a record may print, too. */
  let depth = 0;

  const silently = <Result>(run: () => Result): Result => {
    depth++;
    try {
      return run();
    } finally {
      depth--;
    }
  };

  const emit = (method: (typeof methods)[number], parameters: readonly unknown[]): void => {
    const trace = activeTrace();
    const sink = sinkFor(records, trace);
    if (sink === undefined) return;
    const { redaction } = sink;
    const severityText = method === 'error' && isTrace(parameters) ? 'trace' : method;
    const error = parameters.find(isError);
    sink.emit({
      time: now(),
      severityNumber: severityNumber(method === 'dir' ? 'log' : severityText),
      severityText,
      body: redaction.text(method === 'dir' ? inspect(parameters[0]) : textOf(parameters)),
      attributes: error === undefined ? {} : exceptionAttributes(error, redaction),
      trace,
      scope: 'console',
    });
  };

  const show = (method: (typeof methods)[number], parameters: readonly unknown[]): void => {
    const error = method === 'error' ? parameters.find(isError) : undefined;
    if (error === undefined) return;
    const [text] = parameters;
    onLoggedError?.(error, { message: typeof text === 'string' ? text : undefined, logger: 'console' });
  };

  const bridged = (method: (typeof methods)[number]) => (original: (...parameters: never[]) => unknown) =>
    function bridge(this: unknown, ...parameters: unknown[]): unknown {
      const print = (): unknown => (original as typeof bridge).apply(this, parameters);
      if (depth > 0) return print();
      const result = silently(print);
      try {
        silently(() => emit(method, parameters));
        silently(() => show(method, parameters));
      } catch (error) {
        onFailure('console', error);
      }
      return result;
    };

  const undo = replaceMethods(
    console as Methods,
    Object.fromEntries(methods.map(method => [method, bridged(method)])),
  );
  return { silently, undo: undo ?? (() => {}) };
};

const isTrace = ([text, ...more]: readonly unknown[]): boolean =>
  more.length === 0 && typeof text === 'string' && writtenByTrace.test(text.slice(0, longestText));

const textOf = (parameters: readonly unknown[]): string =>
  format(...parameters.map(one => (typeof one === 'string' ? one.slice(0, longestText) : one))).slice(
    0,
    longestText,
  );
