import type { PageFamily } from '../../metrics/family.ts';
import type { ModulePatch } from '../module-patch.ts';
import { convert } from './convert.ts';
import { joinEqualNames } from './join.ts';
import type { PromMetric, PromRegistry } from './metric.ts';
import { createRegistries } from './registries.ts';

export interface PromClientOptions {
  /** Names that are ours: such a metric of the application is not read, so that nothing in it is changed. */
  readonly isOurs: (name: string) => boolean;
  /** Milliseconds for all `collect` callbacks together. */
  readonly timeoutMs: number;
  /** The names of ours that the application registered, each once in the life of the process. */
  readonly onShadowed: (names: readonly string[]) => void;
  /** Names of which a series is in several registries and shown once; each once in the life of the process. */
  readonly onSkipped: (names: readonly string[]) => void;
  /** A metric is missing from the page. */
  readonly onError: (error: unknown) => void;
}

export interface PromClient {
  readonly patches: readonly ModulePatch[];
  /**
   * What is in the registries of all copies that the application has loaded. Never rejects. Those who ask while a
   * collection is under way share it.
   */
  collect(): Promise<readonly PageFamily[]>;
}

interface Source {
  readonly metric: PromMetric;
  readonly registry: PromRegistry;
}

const validName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;

/**
 * The metrics of an application that uses prom-client, 13 to 15, as it always did. Its registries are found when the
 * application loads their file, which also happens when an ES module imports the package.
 */
export const createPromClient = (options: PromClientOptions): PromClient => {
  const { isOurs, timeoutMs, onError } = options;
  const registries = createRegistries(onError);
  const tellShadowed = onceEach(options.onShadowed);
  const tellSkipped = onceEach(options.onSkipped);
  let collection: Promise<readonly PageFamily[]> | undefined;
  /** Their `collect` has not ended yet: not called again, so that nothing piles up behind one that hangs. */
  const underway = new WeakSet<PromMetric>();

  /** A counter `x` is `x_total` in OpenMetrics. */
  const isShadowed = (name: string, type: string): boolean =>
    isOurs(name) || (type === 'counter' && isOurs(`${name}_total`));

  /** A metric that is in several registries, as after `Registry.merge`, is that of the first. */
  const list = (): readonly Source[] => {
    const sources = new Map<PromMetric, Source>();
    for (const registry of registries.list()) {
      try {
        for (const metric of registry.getMetricsAsArray())
          if (!sources.has(metric)) sources.set(metric, { metric, registry });
      } catch (error) {
        onError(error);
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
    tellShadowed(found);
    const skipped = new Set<string>();
    const joined = joinEqualNames(families.flat(), name => skipped.add(name));
    tellSkipped(skipped);
    return joined;
  };

  return {
    patches: [registries.patch],
    collect: () => {
      collection ??= collect()
        .catch(error => {
          onError(error);
          return [];
        })
        .finally(() => {
          collection = undefined;
        });
      return collection;
    },
  };
};

/** Passes on what it has not passed on before. */
const onceEach = (tell: (names: readonly string[]) => void): ((names: Iterable<string>) => void) => {
  const told = new Set<string>();
  return names => {
    const news = [...names].filter(name => !told.has(name));
    for (const name of news) told.add(name);
    if (news.length > 0) tell(news);
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
