import type { LogTrace } from '../logs/record.ts';

/** version-traceid-parentid-flags, and more fields from version 01 on. */
const wellFormed = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:$|-)/;
const length = 55;

/**
 * The trace that the caller of a request says it is in, sampled or not; `undefined` where it says nothing, or nothing
 * well-formed. Source: W3C Trace Context, 3.2.
 *
 * @param rawHeaders names and values in turn, as `IncomingMessage.rawHeaders`; read instead of `headers`,
 *   which is put together only when somebody asks for it
 */
export const traceParent = (rawHeaders: readonly string[]): LogTrace | undefined => {
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.length !== 11 || name.toLowerCase() !== 'traceparent') continue;
    return parse(rawHeaders[index + 1] ?? '');
  }
  return undefined;
};

const parse = (value: string): LogTrace | undefined => {
  // Version 00 has this length exactly; later ones may be longer.
  if (value.length < length || (value.startsWith('00') && value.length !== length)) return undefined;
  const [, traceId, spanId, flags] = wellFormed.exec(value) ?? [];
  if (traceId === undefined || spanId === undefined) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags ?? '0', 16) };
};
