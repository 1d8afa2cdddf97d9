import type { MeterProvider } from '@opentelemetry/api';
import type { CollectionResult } from '@opentelemetry/sdk-metrics';
import type { Pipeline } from './pipeline.ts';

export interface LazyPipeline {
  readonly provider: MeterProvider;
  /** `undefined`: the application has no metrics of its own. */
  readonly collect: () => Promise<CollectionResult | undefined>;
  /** Loads the SDK when it is not yet. */
  readonly load: () => Pipeline;
  readonly shutdown: () => Promise<void>;
}

/**
 * The SDK for the application's metrics, which is loaded when the application asks for a meter: most
 * applications never do, and it is a third of what we would read at start.
 */
export const createLazyPipeline = (create: () => Pipeline): LazyPipeline => {
  let pipeline: Pipeline | undefined;
  const load = (): Pipeline => {
    pipeline ??= create();
    return pipeline;
  };
  return {
    provider: { getMeter: (name, version, options) => load().provider.getMeter(name, version, options) },
    collect: async () => pipeline?.collect(),
    load,
    shutdown: async () => pipeline?.shutdown(),
  };
};
