import type { LoadedFile } from '../adapter.ts';
import { noteErrorInAnswer } from '../error-in-answer.ts';
import { type HonoContext, observationIn, watch } from './hono-context.ts';

type Callback = (...parameters: readonly unknown[]) => unknown;
type Stream = (context: HonoContext, callback: Callback, onError?: unknown, ...rest: unknown[]) => unknown;

const observing = new WeakSet<object>();

/**
 * The helpers that stream what a callback writes. When it fails, they end the answer as if it was complete, and write the
 * error to the console unless the application has given them an `onError`.
 */
export const patchStream = ({ file, exports, onFailure }: LoadedFile): (() => void) | undefined => {
  const helpers = exports as Record<string, unknown>;
  const fail = (error: unknown): void => onFailure('hono', error);
  const names = ['stream', 'streamSSE'].filter(name => typeof helpers?.[name] === 'function');
  if (names.length === 0)
    throw new Error(`this Hono has no stream in ${file}, so errors in streams are not told`);

  const note = (context: HonoContext, error: unknown): void => {
    try {
      const observation = observationIn(context);
      const response = context.env?.outgoing;
      if (observation !== undefined && response !== undefined)
        noteErrorInAnswer(observation, error, response, fail);
    } catch (failure) {
      fail(failure);
    }
  };

  let isActive = true;
  for (const name of names) {
    const original = helpers[name] as Stream;
    if (observing.has(original)) continue;
    const stream: Stream = function (this: unknown, context, callback, onError, ...rest) {
      const isObserved = isActive && typeof callback === 'function';
      const observed: Callback = (...parameters) =>
        watch(
          () => callback(...parameters),
          error => {
            const isHandled = onError !== undefined && error instanceof Error;
            if (!isHandled && error !== undefined) note(context, error);
          },
        );
      return Reflect.apply(original, this, [context, isObserved ? observed : callback, onError, ...rest]);
    };
    observing.add(stream);
    helpers[name] = Object.defineProperties(stream, Object.getOwnPropertyDescriptors(original));
  }
  return () => {
    isActive = false;
  };
};
