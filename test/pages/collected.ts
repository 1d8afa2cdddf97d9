import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export interface CollectedPage {
  /** Its `Content-Type`. */
  readonly type: string;
  readonly page: string;
}

/** Where scripts/test.ts lets pages be collected; it sets this only for runs that end with the suite `pages`. */
export const pagesFolder = (): string | undefined => process.env.TEST_PAGES;

/** Writes a page down under a name that is the same for equal ones. */
export const keepPage = (folder: string, { type, page }: CollectedPage): void => {
  const kept = `${type}\n${page}`;
  const name = createHash('sha256').update(kept).digest('hex');
  writeFileSync(path.join(folder, name), kept);
};

/** All that were kept, by name. */
export const collectedPages = (folder: string): ReadonlyMap<string, CollectedPage> =>
  new Map(
    readdirSync(folder).map(name => {
      const kept = readFileSync(path.join(folder, name), 'utf8');
      const end = kept.indexOf('\n');
      return [name, { type: kept.slice(0, end), page: kept.slice(end + 1) }];
    }),
  );
