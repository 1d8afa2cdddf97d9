/** A file of its own, read when errors are reported and nothing is traced. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { keepRequestContext } from './keep-context.ts';
import type { RequestTracing } from './lifetime.ts';
import type { RequestObservation } from './observation.ts';

/** Nobody else in the process sees these contexts: to OpenTelemetry, nothing is traced. */
export const createRequestContexts = (): RequestTracing => {
  const storage = new AsyncLocalStorage<RequestObservation>();
  const keeping = keepRequestContext({
    current: () => storage.getStore(),
    emitWithin: (observation, emit, emitter, values) =>
      storage.run(observation, Reflect.apply, emit, emitter, values),
  });
  return {
    ...keeping,
    start: () => {},
    end: () => {},
    stop: () => {
      keeping.stop();
      storage.disable();
    },
  };
};
