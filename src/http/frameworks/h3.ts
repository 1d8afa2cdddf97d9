import { errorMonitor } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { OnHookFailure } from '../../instrumentations/module-patch.ts';
import { type AnyFunction, type Methods, replaceMethods } from '../../instrumentations/replace-methods.ts';
import type { LoadedFile } from '../adapter.ts';
import { pathOf } from '../folded-path.ts';
import { noteError, observationOf, type RequestObservation } from '../observation.ts';
import { patchH3Of1 } from './h3-1.ts';

interface Event {
  readonly url: { readonly pathname: string };
  readonly runtime?: { readonly node?: { readonly req?: object; readonly res?: ServerResponse } };
}

interface Match {
  readonly data?: { readonly route?: unknown };
}

/** The adapter of h3: version 1 are functions that are replaced, version 2 classes that are patched in place. */
export const patch = ({ file, exports, onFailure }: LoadedFile): (() => void) | undefined => {
  if (file !== undefined) return patchH3Of1(exports as Methods, onFailure);
  const { H3 } = exports as { readonly H3?: { readonly prototype: Methods } };
  return H3 === undefined ? undefined : patchH3(H3.prototype, onFailure);
};

/** Routes of mounted applications are copied with their base when they are mounted: one look-up tells the whole. */
const patchH3 = (prototype: Methods, onFailure: OnHookFailure): (() => void) | undefined => {
  const guarded = (run: () => void): void => {
    try {
      run();
    } catch (error) {
      onFailure('h3', error);
    }
  };
  const note = (event: Event, error: unknown): void =>
    guarded(() => {
      const observation = observationIn(event);
      if (observation !== undefined) noteError(observation, error, event.runtime?.node?.res);
    });

  const finding = (original: AnyFunction): AnyFunction =>
    function (this: unknown, ...parameters: never[]): unknown {
      const match = Reflect.apply(original, this, parameters) as Match | undefined;
      guarded(() => noteRoute(parameters[0] as unknown as Event, match));
      return match;
    };

  const handling = (original: AnyFunction): AnyFunction =>
    function (this: unknown, ...parameters: never[]): unknown {
      const event = parameters[0] as unknown as Event;
      const failed = (error: unknown): never => {
        // A symbol is how h3 says to itself that there is nothing to do.
        if (typeof error !== 'symbol') note(event, error);
        throw error;
      };
      const answered = (value: unknown): unknown => {
        // To return an error is to throw it.
        if (value instanceof Error) note(event, value);
        // One that monitors is none that handles.
        else if (value instanceof Readable) value.on(errorMonitor, error => note(event, error));
        return value;
      };
      try {
        const outcome = Reflect.apply(original, this, parameters);
        // Handed on instead of the original: with a second promise beside it, a rejection would be handled for nobody.
        return outcome instanceof Promise ? outcome.then(answered, failed) : answered(outcome);
      } catch (error) {
        return failed(error);
      }
    };

  const core = Object.getPrototypeOf(prototype) as Methods;
  if (typeof prototype['~findRoute'] !== 'function' || typeof core.handler !== 'function') {
    throw new Error(
      'this h3 finds its routes elsewhere, so its requests are counted without routes and errors',
    );
  }
  // In this order, as what says that one is patched is inherited.
  const undo = [
    replaceMethods(prototype, { '~findRoute': finding }),
    replaceMethods(core, { handler: handling }),
  ];
  return () => {
    for (const step of undo) step?.();
  };
};

const observationIn = (event: Event | undefined): RequestObservation | undefined => {
  const request = event?.runtime?.node?.req;
  return request === undefined ? undefined : observationOf(request);
};

const noteRoute = (event: Event, match: Match | undefined): void => {
  const observation = observationIn(event);
  if (observation === undefined) return;
  const route = match?.data?.route;
  observation.passedOn = typeof route !== 'string';
  if (typeof route !== 'string') return;
  const base = baseOf(observation, event.url.pathname);
  observation.route = base === undefined ? undefined : `${base}${route}`;
};

/** Of an application within a route of another, which has taken this part of the path: as that route writes it. */
const baseOf = ({ route, target }: RequestObservation, rest: string): string | undefined => {
  const whole = pathOf(target) ?? '';
  if (whole === rest) return '';
  if (route === undefined || !whole.endsWith(rest)) return undefined;
  const taken = whole.slice(0, whole.length - rest.length).split('/').length;
  return route.split('/').slice(0, taken).join('/');
};
