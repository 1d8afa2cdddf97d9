import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { Family } from '../metrics/family.ts';
import { expose } from './exposition.ts';
import { familiesOfSdk } from './sdk-families.ts';

export interface PageOptions {
  /** The contract's values and the package's own. */
  readonly readStore: () => readonly Family[];
  readonly collectSdk: () => Promise<ResourceMetrics>;
  /** A name of the contract that the application registered itself: ours is shown, once per name. */
  readonly onShadowed: (metric: string) => void;
  readonly contract: ReadonlySet<string>;
}

/** Produces the metrics page from store and SDK together; requests that come while one is made share it. */
export const createPage = (options: PageOptions): (() => Promise<string>) => {
  const { readStore, collectSdk, onShadowed, contract } = options;
  let underway: Promise<string> | undefined;

  const produce = async (): Promise<string> => {
    const sdk = familiesOfSdk(await collectSdk());
    const foreign = sdk.filter(family => {
      const shadowed = contract.has(family.name);
      if (shadowed) onShadowed(family.name);
      return !shadowed;
    });
    return expose([...readStore(), ...foreign]);
  };

  return () => {
    underway ??= produce().finally(() => {
      underway = undefined;
    });
    return underway;
  };
};
