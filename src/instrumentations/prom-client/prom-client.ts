import type { PageFamily } from '../../metrics/family.ts';
import type { ModulePatch } from '../module-patch.ts';
import { convert } from './convert.ts';
import type { PromMetric, PromRegistry } from './metric.ts';

export interface PromClientOptions {
  /** Names that are ours: such a metric of the application is not read, so that nothing in it is changed. */
  readonly isOurs: (name: string) => boolean;
  /** Milliseconds for all `collect` callbacks together. */
  readonly timeoutMs: number;
  /** The names of ours that the application registered, each once in the life of the process. */
  readonly onShadowed: (names: readonly string[]) => void;
  /** A metric is missing from the page. */
  readonly onError: (error: unknown) => void;
}

export interface PromClient {
  readonly patches: readonly ModulePatch[];
  /** What is in the default registries of all copies that the application has loaded. Never rejects. */
  collect(): Promise<readonly PageFamily[]>;
}

interface Source {
  readonly metric: PromMetric;
  readonly registry: PromRegistry;
}

const validName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;

/**
 * The metrics of an application that uses prom-client, 13 to 15, as it always did. Nothing is patched: the file
 * that holds the default registry is only looked at when the application loads it, which also happens when an
 * ES module imports the package.
 */
export const createPromClient = (options: PromClientOptions): PromClient => {
  const { isOurs, timeoutMs, onError } = options;
  const registries = new Set<PromRegistry>();
  const shadowed = new Set<string>();
  /** Their `collect` has not ended yet: not called again, so that nothing piles up behind one that hangs. */
  const underway = new WeakSet<PromMetric>();

  /** A counter `x` is `x_total` in OpenMetrics. */
  const isShadowed = (name: string, type: string): boolean =>
    isOurs(name) || (type === 'counter' && isOurs(`${name}_total`));

  const list = (): readonly Source[] => {
    const sources = new Map<string, Source>();
    for (const registry of registries) {
      for (const metric of registry.getMetricsAsArray()) {
        if (!sources.has(metric.name)) sources.set(metric.name, { metric, registry });
      }
    }
    return [...sources.values()];
  };

  const read = async (
    { metric, registry }: Source,
    shadow: (name: string) => void,
  ): Promise<readonly PageFamily[]> => {
    if (underway.has(metric))
      throw new Error(`collect of ${metric.name} has not ended since an earlier page`);
    underway.add(metric);
    try {
      const collected = await metric.get();
      const name = nameOf(collected, registry);
      if (!validName.test(name)) throw new TypeError(`${name} is not a name of a metric`);
      if (!isShadowed(name, collected.type)) return [convert(name, collected, registry._defaultLabels ?? {})];
      shadow(name);
      return [];
    } finally {
      underway.delete(metric);
    }
  };

  const collect = async (): Promise<readonly PageFamily[]> => {
    const found = new Set<string>();
    const sources = list().filter(({ metric }) => {
      if (isOurs(metric.name)) found.add(metric.name);
      return !isOurs(metric.name);
    });
    const deadline = startDeadline(timeoutMs);
    const families = await Promise.all(
      sources.map(async source => {
        try {
          return await Promise.race([
            read(source, name => found.add(name)),
            deadline.over.then(() => {
              throw new Error(`collect of ${source.metric.name} takes longer than ${timeoutMs} ms`);
            }),
          ]);
        } catch (error) {
          onError(error);
          return [];
        }
      }),
    );
    deadline.end();
    const news = [...found].filter(name => !shadowed.has(name));
    for (const name of news) shadowed.add(name);
    if (news.length > 0) options.onShadowed(news);
    return families.flat();
  };

  return {
    patches: [
      {
        module: 'prom-client',
        file: 'lib/registry.js',
        apply: exports => {
          const registry = (exports as { readonly globalRegistry?: PromRegistry }).globalRegistry;
          if (typeof registry?.getMetricsAsArray !== 'function') return undefined;
          registries.add(registry);
          return () => registries.delete(registry);
        },
      },
    ],
    collect: async () => {
      try {
        return await collect();
      } catch (error) {
        onError(error);
        return [];
      }
    },
  };
};

/** Its registry in OpenMetrics mode takes `_total` off a counter's name as soon as it has printed it. */
const nameOf = (
  { name, type }: { readonly name: string; readonly type: string },
  registry: PromRegistry,
): string =>
  type === 'counter' &&
  registry.contentType?.startsWith('application/openmetrics') &&
  !name.endsWith('_total')
    ? `${name}_total`
    : name;

/** Over after so many milliseconds, unless it is ended before. */
const startDeadline = (milliseconds: number): { readonly over: Promise<void>; readonly end: () => void } => {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>(resolve => {
    timer = setTimeout(resolve, milliseconds).unref();
  });
  return { over, end: () => clearTimeout(timer) };
};
