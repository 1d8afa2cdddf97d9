import type { Encoding } from './negotiation.ts';

/** A smaller page is not worth compressing. */
const worthCompressing = 1_024;

/** Loaded by the first scrape and not at start. */
const zlib = (): typeof import('node:zlib') => process.getBuiltinModule('node:zlib');

/** Whether this Node.js can compress by zstd: from 22.15 on. */
export const hasZstd = (): boolean => 'zstdCompress' in zlib();

export interface CompressedBody {
  readonly encoding: Encoding;
  readonly body: Buffer;
}

/** Compresses on the thread pool: gzip at its fastest level, because a page is read once. */
export const compress = (text: Buffer, encoding: Encoding): Promise<CompressedBody> => {
  if (encoding === 'identity' || text.length < worthCompressing) {
    return Promise.resolve({ encoding: 'identity', body: text });
  }
  const { gzip, zstdCompress, constants } = zlib();
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, body: Buffer): void =>
      error === null ? resolve({ encoding, body }) : reject(error);
    if (encoding === 'zstd') zstdCompress(text, done);
    else gzip(text, { level: constants.Z_BEST_SPEED }, done);
  });
};
