import type { Registry } from 'prom-client';
import type { Family, HistogramValue } from '../../src/metrics/family.ts';

/** All of a metric that dashboards and rules rely on, apart from its values. */
interface Description {
  readonly type: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly buckets: readonly (string | number)[];
}

export type Descriptions = Readonly<Record<string, Description>>;

export const describeFamilies = (families: readonly Family[]): Descriptions =>
  Object.fromEntries(
    families.map(({ name, type, help, series }) => {
      const all = [...series];
      const labels = new Set(all.flatMap(({ labels }) => labels.pairs.map(([label]) => label)));
      const bounds = all.flatMap(({ value }) =>
        typeof value === 'number' ? [] : [...(value as HistogramValue).bounds, '+Inf'],
      );
      return [name, { type, help, labels: [...labels], buckets: [...new Set(bounds)] }];
    }),
  );

export const describeRegistry = async (registry: Registry): Promise<Descriptions> => {
  const metrics = await registry.getMetricsAsJSON();
  return Object.fromEntries(
    metrics.map(({ name, type, help, ...metric }) => {
      const values = (metric as unknown as { values: readonly { labels: Record<string, string | number> }[] })
        .values;
      const labels = new Set(values.flatMap(({ labels }) => Object.keys(labels)));
      labels.delete('le');
      const bounds = values.flatMap(({ labels: { le } }) => le ?? []);
      return [name, { type: String(type), help, labels: [...labels], buckets: [...new Set(bounds)] }];
    }),
  );
};
