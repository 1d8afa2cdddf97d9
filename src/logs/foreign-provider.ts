import type { Context, Logger, LoggerProvider, SpanContext } from '@opentelemetry/api';
import { spanKey } from '../traces/active-span.ts';
import type { EmitRecord, LogTrace } from './record.ts';
import { activeContext, spanContextIn } from './span-context.ts';

/** More scopes than any application has; those beyond ask the provider each time. */
const mostLoggers = 1_000;

/** Gives our own records to another SDK, which says where they go. */
export const emitInto = (provider: LoggerProvider, onFailed: () => void): EmitRecord => {
  const loggers = new Map<string, Logger>();
  const loggerOf = (scope: string): Logger => {
    const logger = loggers.get(scope) ?? provider.getLogger(scope);
    if (loggers.size < mostLoggers) loggers.set(scope, logger);
    return logger;
  };
  return ({ time, severityNumber, severityText, body, attributes, trace, scope, eventName }) => {
    try {
      const context = trace && contextOf(trace);
      loggerOf(scope).emit({
        timestamp: time,
        severityNumber,
        severityText,
        body: body as string,
        attributes: attributes as Record<string, never>,
        ...(eventName !== undefined && { eventName }),
        ...(context !== undefined && { context }),
      });
    } catch {
      onFailed();
    }
  };
};

/** The active one where the record belongs to it, as it says more than where in a trace that is. */
const contextOf = (trace: LogTrace): Context => {
  const active = activeContext();
  if (active !== undefined && spanContextIn(active)?.spanId === trace.spanId) return active;
  return contextWith(new Map([[spanKey, { spanContext: (): SpanContext => trace }]]));
};

/** As the API makes it, which is not loaded for it. */
const contextWith = (values: ReadonlyMap<symbol, unknown>): Context => ({
  getValue: key => values.get(key),
  setValue: (key, value) => contextWith(new Map([...values, [key, value]])),
  deleteValue: key => contextWith(new Map([...values].filter(([name]) => name !== key))),
});
