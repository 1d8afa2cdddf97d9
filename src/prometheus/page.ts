import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CollectionResult } from '@opentelemetry/sdk-metrics';
import type { Family, PageFamily } from '../metrics/family.ts';
import { compress, hasZstd } from './compression.ts';
import { expose, type Format } from './exposition.ts';
import { type Encoding, negotiateEncoding, negotiateFormat } from './negotiation.ts';
import { createSdkFamilies } from './sdk-families.ts';

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
}

/** Milliseconds after which the application gets its turn. */
const slice = 5;
/**
 * Produces the metrics page from store and SDK together, in slices, so that a large page does not hold the event
 * loop. Requests for the same form that come while one is made share it.
 */
export const createPage = (options: PageOptions): ((request: PageRequest) => Promise<Page>) => {
  const { readOwn, collectSdk, collectForeign, isOurs, onShadowed } = options;
  const familiesOfSdk = createSdkFamilies();
  const underway = new Map<string, Promise<Page>>();
  let collection: Promise<readonly PageFamily[]> | undefined;

  const collect = async (): Promise<readonly PageFamily[]> => {
    const [collected, foreign = []] = await Promise.all([collectSdk(), collectForeign?.()]);
    const made = collected === undefined ? [] : familiesOfSdk(collected.resourceMetrics);
    const sdk = made.filter(family => {
      const shadowed = isOurs(family.name);
      if (shadowed) onShadowed(family.name);
      return !shadowed;
    });
    // A name that the application uses in both of its libraries can be shown once.
    const taken = new Set(sdk.map(family => family.name));
    return [...readOwn(), ...sdk, ...foreign.filter(family => !taken.has(family.name))];
  };

  const produce = async (format: Format, encoding: Encoding): Promise<Page> => {
    collection ??= collect().finally(() => {
      collection = undefined;
    });
    const text = await write(expose(await collection, format));
    const body = await compress(text, encoding);
    return { contentType: format.contentType, ...body };
  };

  return ({ accept, acceptEncoding }) => {
    const format = negotiateFormat(accept);
    const encoding = negotiateEncoding(acceptEncoding, hasZstd());
    const form = `${format.contentType} ${encoding}`;
    const shared = underway.get(form);
    if (shared !== undefined) return shared;
    const page = produce(format, encoding).finally(() => underway.delete(form));
    underway.set(form, page);
    return page;
  };
};

/** Puts the pieces together and lets the event loop turn between slices. */
const write = async (pieces: Iterable<string>): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let text = '';
  let sliceStart = performance.now();
  for (const piece of pieces) {
    text += piece;
    if (text.length < 16_384) continue;
    chunks.push(Buffer.from(text));
    text = '';
    if (performance.now() - sliceStart < slice) continue;
    await nextTurn();
    sliceStart = performance.now();
  }
  chunks.push(Buffer.from(text));
  return Buffer.concat(chunks);
};
