import type { CollectionResult } from '@opentelemetry/sdk-metrics';
import type { Family, PageFamily } from '../metrics/family.ts';
import { compress, hasZstd } from './compression.ts';
import { expose, type Format, openMetricsFormat, textFormat } from './exposition.ts';
import { type Encoding, negotiateEncoding, negotiateFormat } from './negotiation.ts';
import { createWriter } from './page-writer.ts';
import type { SdkFamilies } from './sdk-families.ts';
import { sharing } from './sharing.ts';
import { createSlices } from './slices.ts';

/** The headers of a request that choose how the page looks. */
export interface PageRequest {
  readonly accept?: string | undefined;
  readonly acceptEncoding?: string | undefined;
}

export interface Page {
  readonly contentType: string;
  readonly encoding: Encoding;
  readonly body: Buffer;
}

export interface PageOptions {
  /** The contract's values and the package's own. */
  readonly readOwn: () => readonly Family[];
  /** `undefined`: the application has made no metric with the SDK. */
  readonly collectSdk: () => Promise<CollectionResult | undefined>;
  /** Metrics that the application makes with another library, without ours; never rejects. */
  readonly collectForeign?: () => Promise<readonly PageFamily[]>;
  /** A name of the contract that the application registered itself: ours is shown, once per name. */
  readonly onShadowed: (metric: string) => void;
  readonly isOurs: (name: string) => boolean;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** The text of a page and how many of its forms still need it. */
interface Text {
  readonly bytes: Buffer<ArrayBuffer>;
  users: number;
}

/**
 * Gives memory back at once. Otherwise V8 sees it grow by megabytes with every scrape and begins a full garbage
 * collection, which takes longer than the page.
 */
const free = ({ buffer }: Buffer<ArrayBuffer>): void => {
  // Not on Node.js 20.
  if ('transfer' in buffer) buffer.transfer(0);
};

/**
 * Produces the metrics page from store and SDK together, in slices, so that a large page does not hold the event
 * loop. Requests share what is under way: the collection, the text of one format, its compression.
 */
export const createPage = (options: PageOptions): ((request: PageRequest) => Promise<Page>) => {
  const { readOwn, collectSdk, collectForeign, isOurs, onShadowed, now } = options;
  let familiesOfSdk: SdkFamilies | undefined;

  const collect = sharing<void, readonly PageFamily[]>(async () => {
    const [collected, foreign = []] = await Promise.all([collectSdk(), collectForeign?.()]);
    // Loaded with the first metric of the SDK, which most applications never make.
    if (collected !== undefined) familiesOfSdk ??= (await import('./sdk-families.ts')).createSdkFamilies();
    const made = collected && (await familiesOfSdk?.(collected.resourceMetrics, createSlices(now)));
    const sdk = (made ?? []).filter(family => {
      const shadowed = isOurs(family.name);
      if (shadowed) onShadowed(family.name);
      return !shadowed;
    });
    // A name that the application uses in both of its libraries can be shown once.
    const taken = new Set(sdk.map(family => family.name));
    return [...readOwn(), ...sdk, ...foreign.filter(family => !taken.has(family.name))];
  });

  const producer = (format: Format): ((encoding: Encoding) => Promise<Page>) => {
    const write = createWriter(now);
    const text = sharing<void, Text>(async () => ({
      bytes: await write(expose(await collect(), format)),
      users: 0,
    }));
    return sharing(async encoding => {
      const shared = await text();
      shared.users++;
      const { bytes } = shared;
      const body = await compress(bytes, encoding);
      // Who is sent the text itself never gives it back.
      if (body.encoding !== 'identity') shared.users--;
      if (shared.users === 0) free(bytes);
      return { contentType: format.contentType, ...body };
    });
  };
  const produceText = producer(textFormat);
  const produceOpenMetrics = producer(openMetricsFormat);

  return ({ accept, acceptEncoding }) => {
    const produce = negotiateFormat(accept) === openMetricsFormat ? produceOpenMetrics : produceText;
    return produce(negotiateEncoding(acceptEncoding, hasZstd()));
  };
};
