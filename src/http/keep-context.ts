import { IncomingMessage, ServerResponse } from 'node:http';
import { observationOf, type RequestObservation } from './observation.ts';
import { type Emit, type Emitter, replaceEmit } from './replace-emit.ts';

/** Knows which request something belongs to, and makes it so. */
export interface RequestContexts {
  /** The request that the code belongs to which calls this. */
  readonly current: () => RequestObservation | undefined;
  /** Calls `emit` with its values within the context of a request. */
  readonly emitWithin: (
    observation: RequestObservation,
    emit: Emit,
    emitter: Emitter,
    values: Parameters<Emit>,
  ) => boolean;
}

export interface KeptContexts {
  /** Makes a server hand over its requests in their contexts, from the one on that is just arriving. */
  readonly enterFrom: (server: object) => void;
  /** Makes everything with this prototype that is observed call its listeners in the context of its request. */
  readonly keepIn: (prototype: Emitter) => () => void;
  /** Calls an `emit` in the context of a request, unless it is the active one. */
  readonly emitFor: (
    observation: RequestObservation | undefined,
    original: Emit,
    emitter: Emitter,
    values: Parameters<Emit>,
  ) => boolean;
  /** The request that the code belongs to which calls this, also when it is told of an error that nobody caught. */
  readonly currentRequest: () => RequestObservation | undefined;
  readonly stop: () => void;
}

/** Bound now, so that an application's fake timers do not become ours. */
const soon = queueMicrotask;

/** The events with which a server hands a request to the application. */
const handingOver: ReadonlySet<string | symbol> = new Set(['request', 'checkContinue', 'checkExpectation']);
const wrapped = Symbol('@ykmake/monitoring.emit');

/**
 * Makes the context of a request the active one wherever Node calls the application for it: in the server's
 * listeners, and in listeners of request and response, whose events come from the socket, in a later packet or in
 * that of another request. Two methods `emit` and one per server are replaced, and not a listener bound: what the
 * application adds and removes stays what it is.
 */
export const keepRequestContext = ({ current, emitWithin }: RequestContexts): KeptContexts => {
  let active = true;
  /** What a listener throws has left its context by the time that the process is told of it, in the same step. */
  let thrownIn: RequestObservation | undefined;
  const forget = (): void => {
    thrownIn = undefined;
  };

  const emitFor: KeptContexts['emitFor'] = (observation, original, emitter, values) => {
    if (
      !active ||
      observation === undefined ||
      // Half of all events: to enter a context for nobody costs as much as the event.
      emitter.listenerCount(values[0]) === 0 ||
      // A listener that is called from within the request keeps the span that is active there.
      current() === observation
    ) {
      return Reflect.apply(original, emitter, values);
    }
    // No `catch`: Node.js prints the line that throws, which would be one of ours.
    let returned = false;
    try {
      const hadListeners = emitWithin(observation, original, emitter, values);
      returned = true;
      return hadListeners;
    } finally {
      if (!returned) {
        thrownIn = observation;
        soon(forget);
      }
    }
  };

  const enterWith = (
    target: Emitter,
    observationFor: (emitter: Emitter, values: Parameters<Emit>) => RequestObservation | undefined,
  ): (() => void) =>
    replaceEmit(
      target,
      above =>
        function emit(...values) {
          return emitFor(observationFor(this, values), above.emit, this, values);
        },
    );
  const keepIn = (prototype: Emitter): (() => void) =>
    enterWith(prototype, emitter => observationOf(emitter));

  const undo = [
    keepIn(IncomingMessage.prototype as unknown as Emitter),
    enterWith(ServerResponse.prototype as unknown as Emitter, emitter => {
      // Some applications take it away when they are done.
      const { req } = emitter as { readonly req?: object | null };
      return typeof req === 'object' && req !== null ? observationOf(req) : undefined;
    }),
  ];

  return {
    keepIn,
    emitFor,
    currentRequest: () => current() ?? thrownIn,
    enterFrom: server => {
      if (Object.hasOwn(server, wrapped)) return;
      Object.defineProperty(server, wrapped, { value: true });
      // Not taken back, which would mean to know every server for as long as we run: it only passes on then.
      enterWith(server as Emitter, (_server, [event, request]) =>
        handingOver.has(event) && typeof request === 'object' && request !== null
          ? observationOf(request)
          : undefined,
      );
    },
    stop: () => {
      active = false;
      for (const step of undo.splice(0)) step();
    },
  };
};
