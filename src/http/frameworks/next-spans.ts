import type { OnHookFailure } from '../../instrumentations/module-patch.ts';
import { type Methods, replaceMethods } from '../../instrumentations/replace-methods.ts';

/** What Next.js calls the span that it makes of a request by itself. */
const spanOfRequest = 'BaseServer.handleRequest';
/** Source: SpanKind of @opentelemetry/api. */
const internalKind = 0;

let traced = false;

/** Requests have spans of ours: that of Next.js is the second one then. */
export const requestsAreTraced = (): void => {
  traced = true;
};

/**
 * Makes Next.js' own span of a request one of the application's inside: two of a server for the same request would be
 * counted as two requests wherever requests are counted by their spans.
 */
export const patchTracer = (exports: unknown, onFailure: OnHookFailure): (() => void) | undefined => {
  const { getTracer } = exports as { readonly getTracer?: () => object };
  if (getTracer === undefined) return undefined;
  return replaceMethods(Object.getPrototypeOf(getTracer()) as Methods, {
    trace: original =>
      function trace(this: unknown, ...parameters: unknown[]): unknown {
        const [type, options, ...rest] = parameters;
        if (!traced || type !== spanOfRequest || typeof options !== 'object')
          return Reflect.apply(original, this, parameters);
        let inside = options;
        try {
          inside = { ...options, kind: internalKind };
        } catch (error) {
          onFailure('next', error);
        }
        return Reflect.apply(original, this, [type, inside, ...rest]);
      },
  });
};
