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
  const note = createNote(onFailure);
  let observed = withNoteAfterEach(application.stack, note);

  const receiver = Object.create(application, {
    stack: {
      get: () => {
        if (observed.layers !== application.stack) observed = withNoteAfterEach(application.stack, note);
        observed.follow();
        return observed.stack;
      },
    },
  });

  function handle(this: unknown, request: object, ...rest: unknown[]): unknown {
    const isObserved = this === application && standIn.isActive && observationOf(request) !== undefined;
    return Reflect.apply(original, isObserved ? receiver : this, [request, ...rest]);
  }
  application.handle = handle;
};

/** Middleware for errors, by its four parameters: it notes the error, and passes it on. */
const createNote =
  (onFailure: OnHookFailure) =>
  (error: unknown, request: object, response: ServerResponse, next: (error: unknown) => void): void => {
    try {
      const observation = observationOf(request);
      if (observation !== undefined) noteError(observation, error, response);
    } catch (failure) {
      onFailure('connect', failure);
    }
    next(error);
  };

interface ObservedStack {
  readonly layers: readonly Layer[];
  readonly stack: readonly Layer[];
  readonly follow: () => void;
}

/** What Connect runs in place of an application's layers: these, and after each of them one that hears of its error. */
const withNoteAfterEach = (layers: readonly Layer[], note: Layer['handle']): ObservedStack => {
  const stack: Layer[] = [];
  const noting: Layer = {
    // Read before Connect looks for the next: an application may add middleware while it handles a request.
    get route() {
      if (stack.length !== 2 * layers.length) follow();
      return '';
    },
    handle: note,
  };
  const follow = (): void => {
    let isSame = stack.length === 2 * layers.length;
    for (let index = 0; isSame && index < layers.length; index++) {
      isSame = stack[2 * index] === layers[index];
    }
    if (isSame) return;
    stack.length = 0;
    for (const layer of layers) stack.push(layer, noting);
  };
  return { layers, stack, follow };
};
