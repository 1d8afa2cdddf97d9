import type { OnHookFailure } from '../../instrumentations/module-patch.ts';
import { type Methods, replaceMethods } from '../../instrumentations/replace-methods.ts';

/** What Next.js calls the span that it makes of a request by itself. */
const spanOfRequest = 'BaseServer.handleRequest';
/** Source: SpanKind of @opentelemetry/api. */
const internalKind = 0;

/** What patches the tracers that Next.js has loaded, once it is known that they make spans. */
const waiting = new Set<() => void>();

/** Requests have spans of ours: those that Next.js makes of them are second ones. */
export const requestsAreTraced = (): void => {
  for (const patchIt of waiting) patchIt();
  waiting.clear();
};

/**
 * Makes Next.js' own span of a request one of the application's inside: two of a server for the same request would be
 * two requests wherever these are counted by their spans.
 */
export const patchTracer = (exports: unknown, onFailure: OnHookFailure): (() => void) => {
  const { getTracer } = exports as { readonly getTracer: () => object };
  const prototype = Object.getPrototypeOf(getTracer()) as Methods;
  let undo: (() => void) | undefined;
  const patchIt = (): void => {
    undo = replaceMethods(prototype, {
      trace: original =>
        function trace(this: unknown, ...parameters: unknown[]): unknown {
          const [type, options, ...rest] = parameters;
          const isOfRequest = type === spanOfRequest && typeof options === 'object';
          const given = isOfRequest ? [type, { ...options, kind: internalKind }, ...rest] : parameters;
          return Reflect.apply(original, this, given);
        },
    });
    if (undo === undefined) onFailure('next', new Error('its own spans of requests stay those of a server'));
  };
  waiting.add(patchIt);
  return () => {
    waiting.delete(patchIt);
    undo?.();
  };
};
