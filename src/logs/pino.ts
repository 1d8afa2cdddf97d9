import { type Methods, replaceMethods } from '../instrumentations/replace-methods.ts';
import { type BridgeOptions, sinkFor } from './bridge-options.ts';
import { isError } from './exception.ts';
import { lineIds } from './line-ids.ts';
import type { LogTrace } from './record.ts';
import { isErrorLevel, severityNumber } from './severity.ts';
import { lineContent } from './written-line.ts';

type AsJson = (this: Logger, object: unknown, message: unknown, level: number, time: unknown) => unknown;

interface Logger {
  readonly levels: { readonly labels: Readonly<Record<number, string>> };
}

/** What a line was made of. */
interface Call {
  readonly object: unknown;
  readonly message: unknown;
  readonly level: number;
}

/** Characters of a line that is read again; of a longer one, the message is kept. */
const longestLine = 65_536;
const longestMessage = 16_384;

/**
 * Patches what all loggers of one copy of pino have in common (`lib/proto.js`), where each makes the text of a line:
 * the ids of the trace are put at its end, and the record is made of what it says. So levels, bindings, serializers,
 * formatters and `redact` of the application have done their work, and objects of the application are not touched.
 */
export const patchPino = (exports: unknown, options: BridgeOptions): (() => void) | undefined => {
  const { records, onLoggedError, activeTrace, now, onFailure } = options;
  if (typeof exports !== 'function') return undefined;
  const prototype = Object.getPrototypeOf(exports()) as Methods & object;
  const method = ownSymbol(prototype, 'pino.asJson');
  if (method === undefined) return undefined;
  const settingOf = createSettings();

  const take = (logger: Logger, text: string, call: Call, trace: LogTrace | undefined): void => {
    const { object, message, level } = call;
    const sink = sinkFor(records, trace);
    const severityText = logger.levels.labels[level] ?? String(level);
    const isShown = onLoggedError !== undefined && isErrorLevel(severityText);
    if ((sink === undefined && !isShown) || !isWritten(settingOf(logger, 'pino.stream'), level)) return;
    const errorKey = settingOf(logger, 'pino.errorKey') ?? 'err';
    if (sink !== undefined) {
      const names = { message: settingOf(logger, 'pino.messageKey') ?? 'msg', error: errorKey };
      const line = parsed(text) ?? { [names.message]: String(message).slice(0, longestMessage) };
      sink.emit({
        time: now(),
        severityNumber: severityNumber(severityText),
        severityText,
        ...lineContent(line, names, sink.redaction),
        trace,
        scope: 'pino',
      });
    }
    const error = isShown ? errorIn(object, errorKey) : undefined;
    if (error === undefined) return;
    onLoggedError?.(error, { message: typeof message === 'string' ? message : undefined, logger: 'pino' });
  };

  return replaceMethods(prototype, {
    [method]: original =>
      function asJson(
        this: Logger,
        object: unknown,
        message: unknown,
        level: number,
        time: unknown,
      ): unknown {
        const text = (original as AsJson).call(this, object, message, level, time);
        if (typeof text !== 'string') return text;
        let marked = text;
        try {
          const trace = activeTrace();
          if (trace !== undefined) marked = withIds(text, trace);
          take(this, text, { object, message, level }, trace);
        } catch (error) {
          onFailure('pino', error);
        }
        return marked;
      },
  });
};

/** The error that was given alone stands under the key already; one of another realm is the object itself. */
const errorIn = (object: unknown, errorKey: string): Error | undefined => {
  if (isError(object)) return object;
  if (typeof object !== 'object' || object === null) return undefined;
  const { [errorKey]: keyed, err, error } = object as Readonly<Record<string, unknown>>;
  return [keyed, err, error].find(isError);
};

const withIds = (text: string, trace: LogTrace): string => {
  const end = text.lastIndexOf('}');
  if (end <= 1 || hasIds(text)) return text;
  return `${text.slice(0, end)},${JSON.stringify(lineIds(trace)).slice(1, -1)}${text.slice(end)}`;
};

/** Only when the line itself has some: `"trace_id":` may also stand in an object within it. */
const hasIds = (text: string): boolean => {
  if (!/"(?:trace|span)_id":/.test(text)) return false;
  const line = parsed(text);
  return line === undefined || line.trace_id !== undefined || line.span_id !== undefined;
};

const parsed = (text: string): Record<string, unknown> | undefined => {
  if (text.length > longestLine) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** A multistream has levels of its own. */
const isWritten = (stream: unknown, level: number): boolean => {
  const streams = (stream as { readonly streams?: unknown } | undefined)?.streams;
  return (
    !Array.isArray(streams) ||
    streams.some((target: { readonly level?: unknown }) => !(Number(target.level) > level))
  );
};

/** What a logger, or one that it is a child of, keeps under one of pino's symbols, by the symbol's name. */
const createSettings = () => {
  const symbols = new Map<string, symbol>();
  return <Value = string>(logger: object, name: string): Value | undefined => {
    for (let at: object | null = logger; !symbols.has(name) && at !== null; at = Object.getPrototypeOf(at)) {
      const found = ownSymbol(at, name);
      if (found !== undefined) symbols.set(name, found);
    }
    const symbol = symbols.get(name);
    return symbol === undefined ? undefined : (logger as Record<symbol, Value>)[symbol];
  };
};

const ownSymbol = (object: object, name: string): symbol | undefined =>
  Object.getOwnPropertySymbols(object).find(({ description }) => description === name);
