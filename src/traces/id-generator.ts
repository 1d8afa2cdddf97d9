import { randomFillSync } from 'node:crypto';
import type { IdGenerator } from '@opentelemetry/sdk-trace';

/** Bytes of randomness at a time: to ask for few costs as much as to ask for many. */
const poolSize = 16_384;
/** Of them, how many are made digits at a time; an id that is kept for long keeps these digits, too. */
const partSize = 256;
const traceIdDigits = 32;
const spanIdDigits = 16;
const zero = 48;

/**
 * Random ids, cut out of digits that are made for many at once: to make them one by one costs more than the rest of a
 * span that is not sampled.
 *
 * @param fill replaced in tests
 */
export const createIdGenerator = (fill: (pool: Buffer) => void = randomFillSync): IdGenerator => {
  const pool = Buffer.alloc(poolSize);
  let part = poolSize;
  let digits = '';
  let used = 0;
  const next = (length: number): string => {
    for (;;) {
      if (used + length > digits.length) {
        if (part === poolSize) {
          fill(pool);
          part = 0;
        }
        digits = pool.toString('hex', part, part + partSize);
        part += partSize;
        used = 0;
      }
      const id = digits.slice(used, used + length);
      used += length;
      // Source: W3C Trace Context, 3.2.2.3 and 3.2.2.4: all zeros are no id.
      if (id.charCodeAt(0) !== zero || !/^0+$/.test(id)) return id;
    }
  };
  return { generateTraceId: () => next(traceIdDigits), generateSpanId: () => next(spanIdDigits) };
};
