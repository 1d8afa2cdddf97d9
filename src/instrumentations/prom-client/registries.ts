import type { ModulePatch } from '../module-patch.ts';
import { type AnyFunction, type Methods, replaceMethods } from '../replace-methods.ts';
import type { PromRegistry } from './metric.ts';

export interface Registries {
  readonly patch: ModulePatch;
  /** Those that still exist: of each copy the default one, and the others since they got their first metric. */
  list(): readonly PromRegistry[];
}

interface RegistryClass {
  readonly globalRegistry?: PromRegistry;
  readonly prototype?: Methods;
}

type RegisterMetric = (this: PromRegistry, metric: object) => unknown;

/**
 * The registries of all copies of prom-client that the application has loaded. They are held weakly, as some
 * applications make one for every answer: what the application has let go is not kept alive.
 *
 * What a cluster has added up is left out: it is in the pages of the workers already.
 */
export const createRegistries = (onError: (error: unknown) => void): Registries => {
  const known = new WeakSet<PromRegistry>();
  const references = new Set<WeakRef<PromRegistry>>();
  const lost = new FinalizationRegistry<WeakRef<PromRegistry>>(reference => references.delete(reference));

  const add = (registry: PromRegistry): void => {
    if (known.has(registry)) return;
    known.add(registry);
    const reference = new WeakRef(registry);
    references.add(reference);
    lost.register(registry, reference);
  };

  const patchRegistry = (prototype: Methods | undefined): (() => void) | undefined =>
    replaceMethods(prototype, {
      registerMetric: (original: AnyFunction) =>
        function registerMetric(this: PromRegistry, metric: object): unknown {
          const result = (original as RegisterMetric).call(this, metric);
          try {
            if (!isAggregated(this, metric)) add(this);
          } catch (error) {
            onError(error);
          }
          return result;
        },
    });

  return {
    patch: {
      module: 'prom-client',
      file: 'lib/registry.js',
      apply: exports => {
        const { globalRegistry, prototype } = exports as RegistryClass;
        if (typeof globalRegistry?.getMetricsAsArray !== 'function') return undefined;
        add(globalRegistry);
        const restore = patchRegistry(prototype);
        return () => {
          restore?.();
          references.clear();
        };
      },
    },
    list: () =>
      [...references].map(reference => reference.deref()).filter(registry => registry !== undefined),
  };
};

/** A registry that asks workers has `clusterMetrics`; one that holds their answers has plain objects for metrics. */
const isAggregated = (registry: PromRegistry, metric: object): boolean =>
  registry.clusterMetrics !== undefined || Object.getPrototypeOf(metric) === Object.prototype;
