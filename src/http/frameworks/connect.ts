import type { ServerResponse } from 'node:http';
import type { OnHookFailure } from '../../instrumentations/module-patch.ts';
import type { LoadedFile } from '../adapter.ts';
import { noteError, observationOf } from '../observation.ts';

interface Layer {
  readonly route: string;
  readonly handle: (...parameters: never[]) => unknown;
}

type Handle = (this: unknown, request: object, ...rest: unknown[]) => unknown;

interface Application {
  readonly stack: Layer[];
  handle: Handle;
}

type CreateServer = (...parameters: unknown[]) => Application;

interface StandIn {
  readonly createServer: CreateServer;
  isActive: boolean;
}

/** By what Connect exports, which is one function for `require` and `import`: so is what stands in for it. */
const standIns = new WeakMap<CreateServer, StandIn>();

/**
 * Errors of Connect 3, which has no routes. Each application has copies of all methods, so that the function which makes
 * applications is replaced. Of an application only `handle` is: its middleware and its stack stay what they are.
 */
export const patch = ({ exports, onFailure }: LoadedFile): (() => void) | undefined => {
  const target = exports as { default?: unknown };
  const { default: original } = target;
  if (typeof original !== 'function') throw new Error('this connect exports no function');
  // The same exports may come twice.
  if (isStandIn in original) return undefined;
  const standIn = standInFor(original as CreateServer, onFailure);
  standIn.isActive = true;
  target.default = standIn.createServer;
  return () => {
    standIn.isActive = false;
  };
};

const isStandIn = Symbol('@ykmake/monitoring.standIn');

const standInFor = (original: CreateServer, onFailure: OnHookFailure): StandIn => {
  const known = standIns.get(original);
  if (known !== undefined) return known;

  function createServer(this: unknown, ...parameters: unknown[]): Application {
    const application = Reflect.apply(original, this, parameters);
    try {
      if (standIn.isActive) observe(application, onFailure, standIn);
    } catch (error) {
      onFailure('connect', error);
    }
    return application;
  }
  Object.defineProperties(createServer, {
    ...Object.getOwnPropertyDescriptors(original),
    [isStandIn]: { value: true },
  });
  const standIn: StandIn = { createServer, isActive: true };
  standIns.set(original, standIn);
  return standIn;
};

const observe = (application: Application, onFailure: OnHookFailure, standIn: StandIn): void => {
  const { handle: original } = application;
  if (typeof original !== 'function') {
    throw new Error('this connect has no handle, so that the errors of its requests are not known');
  }
  const noting = createNotingLayer(onFailure);
  /** By the array of layers, which an application may replace. */
  let known: { readonly layers: Layer[]; readonly between: Layer[] } | undefined;

  const receiver = Object.create(application, {
    stack: {
      get: () => {
        const layers = application.stack;
        if (known?.layers !== layers) known = { layers, between: withLayerAfterEach(layers, noting) };
        return known.between;
      },
    },
  });

  function handle(this: unknown, request: object, ...rest: unknown[]): unknown {
    const isObserved = this === application && standIn.isActive && observationOf(request) !== undefined;
    return Reflect.apply(original, isObserved ? receiver : this, [request, ...rest]);
  }
  application.handle = handle;
};

/** What Connect passes an error to, from wherever it comes, and what passes it on. */
const createNotingLayer = (onFailure: OnHookFailure): Layer => ({
  route: '',
  handle: (error: unknown, request: object, response: ServerResponse, next: (error: unknown) => void) => {
    try {
      const observation = observationOf(request);
      if (observation !== undefined) noteError(observation, error, response);
    } catch (failure) {
      onFailure('connect', failure);
    }
    next(error);
  },
});

/** A live view: middleware may be added, and taken away, while requests are handled. */
const withLayerAfterEach = (layers: Layer[], noting: Layer): Layer[] =>
  new Proxy(layers, {
    get: (target, key) => {
      const index = typeof key === 'string' ? Number(key) : Number.NaN;
      if (!Number.isInteger(index)) return Reflect.get(target, key);
      const layer = target[index >> 1];
      return index % 2 === 0 || layer === undefined ? layer : noting;
    },
  });
