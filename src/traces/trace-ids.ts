/** A place in a trace that is being recorded. */
export interface TraceIds {
  /** 32 lower-case hexadecimal digits. */
  readonly traceId: string;
  /** 16 lower-case hexadecimal digits. */
  readonly spanId: string;
}

/** Source: W3C Trace Context, 3.2.2.5.1. A number here, as the API is not loaded for it. */
const sampledFlag = 1;

/** Where a span stands in its trace, when that is sampled. */
export const sampledIds = (
  span: (TraceIds & { readonly traceFlags: number }) | undefined,
): TraceIds | undefined => (span !== undefined && (span.traceFlags & sampledFlag) !== 0 ? span : undefined);
