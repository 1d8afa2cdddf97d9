/** A file of its own, read when errors are reported and nothing is traced. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { keepRequestContext } from './keep-context.ts';
import type { RequestObservation } from './observation.ts';
import type { RequestTracing } from './observer.ts';

/** Contexts of requests without spans. */
export interface PlainRequestContexts extends RequestTracing {
  /** The request that the code belongs to which calls this. */
  readonly currentRequest: () => RequestObservation | undefined;
}

/** Nobody else in the process sees these contexts: to OpenTelemetry, nothing is traced. */
export const createRequestContexts = (): PlainRequestContexts => {
  const storage = new AsyncLocalStorage<RequestObservation>();
  const currentRequest = (): RequestObservation | undefined => storage.getStore();
  const keeping = keepRequestContext({
    current: currentRequest,
    emitWithin: (observation, emit, emitter, values) =>
      storage.run(observation, Reflect.apply, emit, emitter, values),
  });
  return {
    start: (_observation, _request, server) => keeping.enterFrom(server),
    end: () => {},
    stop: () => {
      keeping.stop();
      storage.disable();
    },
    currentRequest,
  };
};
