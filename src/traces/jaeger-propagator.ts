import { isSpanContextValid, type TextMapPropagator, TraceFlags, trace } from '@opentelemetry/api';

const header = 'uber-trace-id';
/** trace-id:span-id:parent-span-id:flags, where leading zeros of the ids may be missing. */
const format = /^([0-9a-f]{1,32})(?::|%3A)([0-9a-f]{1,16})(?::|%3A)[0-9a-f]{1,16}(?::|%3A)([0-9a-f]{1,2})$/i;

/** Source: Jaeger, "Client Libraries", Propagation Format. Its baggage is not read: `baggage` is for that. */
export const jaegerPropagator: TextMapPropagator = {
  fields: () => [header],
  inject: (context, carrier, setter) => {
    const span = trace.getSpanContext(context);
    if (span === undefined || !isSpanContextValid(span)) return;
    const flags = (span.traceFlags & TraceFlags.SAMPLED).toString(16);
    setter.set(carrier, header, `${span.traceId}:${span.spanId}:0:${flags}`);
  },
  extract: (context, carrier, getter) => {
    const given = getter.get(carrier, header);
    const [, traceId, spanId, flags] = format.exec((Array.isArray(given) ? given[0] : given) ?? '') ?? [];
    if (traceId === undefined || spanId === undefined || flags === undefined) return context;
    const span = {
      traceId: traceId.toLowerCase().padStart(32, '0'),
      spanId: spanId.toLowerCase().padStart(16, '0'),
      traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED,
      isRemote: true,
    };
    return isSpanContextValid(span) ? trace.setSpanContext(context, span) : context;
  },
};
