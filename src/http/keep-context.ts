import { IncomingMessage, ServerResponse } from 'node:http';
import { observationOf, type RequestObservation } from './observation.ts';

export type Emit = (this: Emitter, event: string | symbol, ...values: unknown[]) => boolean;
export interface Emitter {
  emit: Emit;
  listenerCount: (event: string | symbol) => number;
}

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
export const keepRequestContext = ({
  current,
  emitWithin,
}: RequestContexts): {
  /** Makes a server hand over its requests in their contexts, from the one on that is just arriving. */
  readonly enterFrom: (server: object) => void;
  /** The request that the code belongs to which calls this, also when it is told of an error that nobody caught. */
  readonly currentRequest: () => RequestObservation | undefined;
  readonly stop: () => void;
} => {
  let active = true;
  /** What a listener throws has left its context by the time that the process is told of it, in the same step. */
  let thrownIn: RequestObservation | undefined;
  const forget = (): void => {
    thrownIn = undefined;
  };

  const emitFor = (
    observation: RequestObservation | undefined,
    original: Emit,
    emitter: Emitter,
    values: Parameters<Emit>,
  ): boolean => {
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

  const replaceEmit = (
    target: Emitter,
    observationFor: (emitter: Emitter, values: Parameters<Emit>) => RequestObservation | undefined,
  ): (() => void) => {
    const own = Object.getOwnPropertyDescriptor(target, 'emit');
    /** Asked each time for what it inherits: others may replace that after us, as `node:domain` does. */
    const emitter: Pick<Emitter, 'emit'> =
      own === undefined ? Object.getPrototypeOf(target) : { emit: target.emit };
    const replacement: Emit = function emit(...values) {
      return emitFor(observationFor(this, values), emitter.emit, this, values);
    };
    Object.defineProperty(target, 'emit', {
      value: replacement,
      configurable: true,
      writable: true,
      enumerable: false,
    });
    return () => {
      // Somebody who has wrapped ours since stays; ours only passes on then.
      if (Object.getOwnPropertyDescriptor(target, 'emit')?.value !== replacement) return;
      if (own === undefined) Reflect.deleteProperty(target, 'emit');
      else Object.defineProperty(target, 'emit', own);
    };
  };

  const undo = [
    replaceEmit(IncomingMessage.prototype as unknown as Emitter, emitter => observationOf(emitter)),
    replaceEmit(ServerResponse.prototype as unknown as Emitter, emitter => {
      // Some applications take it away when they are done.
      const { req } = emitter as { readonly req?: object | null };
      return typeof req === 'object' && req !== null ? observationOf(req) : undefined;
    }),
  ];

  return {
    currentRequest: () => current() ?? thrownIn,
    enterFrom: server => {
      if (Object.hasOwn(server, wrapped)) return;
      Object.defineProperty(server, wrapped, { value: true });
      // Not taken back, which would mean to know every server for as long as we run: it only passes on then.
      replaceEmit(server as Emitter, (_server, [event, request]) =>
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
