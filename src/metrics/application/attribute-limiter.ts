import type { Attributes } from '@opentelemetry/api';
import { attributesKey, attributesKeyAsWritten } from './attribute-key.ts';

/** Source: OpenTelemetry metrics SDK specification, "Overflow attribute". */
export const overflowAttributes: Attributes = Object.freeze({ 'otel.metric.overflow': true });

/**
 * Gives the attributes back as they are, or the overflow set's when the instrument holds as many sets as it
 * may. Throws what reading the attributes throws.
 */
export type AdmitAttributes = (attributes: Attributes | undefined) => Attributes | undefined;

/**
 * Bounds the attribute sets of one instrument for the life of the process; the SDK's own limit starts anew
 * with every collection.
 *
 * @param limit how many sets, the overflow set included
 */
export const limitAttributes = (limit: number, onOverflow: () => void): AdmitAttributes => {
  const admitted = new Set<string>();
  /** Keys in the order in which the application writes its attributes, to save sorting them every time. */
  const asWritten = new Set<string>();

  return attributes => {
    if (attributes === undefined) return undefined;
    const written = attributesKeyAsWritten(attributes);
    if (asWritten.has(written)) return attributes;
    const key = attributesKey(attributes);
    if (!admitted.has(key)) {
      if (admitted.size >= limit - 1) {
        onOverflow();
        return overflowAttributes;
      }
      admitted.add(key);
      // The SDK keeps the first object of a set for good, and the application may go on to change it.
      return { ...attributes };
    }
    if (asWritten.size < 2 * limit) asWritten.add(written);
    return attributes;
  };
};
