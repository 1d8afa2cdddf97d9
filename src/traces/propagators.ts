import { type TextMapPropagator, trace } from '@opentelemetry/api';
import {
  CompositePropagator,
  TraceState,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} from '@opentelemetry/core';
import { B3InjectEncoding, B3Propagator } from '@opentelemetry/propagator-b3';
import type { Propagator } from '../settings/traces.ts';
import { jaegerPropagator } from './jaeger-propagator.ts';

/** Reads and writes the trace in each of these formats; where several are read, the last one that is there wins. */
export const createPropagator = (names: readonly Propagator[]): TextMapPropagator =>
  new CompositePropagator({ propagators: names.map(name => formats[name]()) });

const formats: Readonly<Record<Propagator, () => TextMapPropagator>> = {
  tracecontext: () => boundedTraceState(new W3CTraceContextPropagator()),
  baggage: () => boundedBaggage(new W3CBaggagePropagator()),
  b3: () => lowerCaseIds(new B3Propagator({ injectEncoding: B3InjectEncoding.SINGLE_HEADER })),
  b3multi: () => lowerCaseIds(new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER })),
  jaeger: () => jaegerPropagator,
};

/** Source: W3C Baggage, 3.3.2: what every platform has to pass on; a longer one is nobody's honest baggage. */
const longestBaggage = 8_192;

const boundedBaggage = (baggage: TextMapPropagator): TextMapPropagator => ({
  fields: () => baggage.fields(),
  inject: (context, carrier, setter) => baggage.inject(context, carrier, setter),
  extract: (context, carrier, getter) => {
    const given = getter.get(carrier, 'baggage');
    const length = Array.isArray(given) ? given.join(',').length : (given?.length ?? 0);
    return length > longestBaggage ? context : baggage.extract(context, carrier, getter);
  },
});

/** Source: W3C Trace Context, 3.3.1.5: what is to be passed on at least; OpenTelemetry passes on no more. */
const longestTraceState = 512;

/** Of a longer `tracestate`, keeps what is passed on: the text of the header would live as long as its spans wait. */
const boundedTraceState = (w3c: TextMapPropagator): TextMapPropagator => ({
  fields: () => w3c.fields(),
  inject: (context, carrier, setter) => w3c.inject(context, carrier, setter),
  extract: (context, carrier, getter) => {
    const given = getter.get(carrier, 'tracestate');
    const extracted = w3c.extract(context, carrier, getter);
    const length = Array.isArray(given) ? given.join(',').length : (given?.length ?? 0);
    if (length <= longestTraceState || extracted === context) return extracted;
    const parent = trace.getSpanContext(extracted);
    if (parent?.traceState === undefined) return extracted;
    // By way of bytes, as a part of a text would hold the whole.
    const kept = Buffer.from(parent.traceState.serialize()).toString();
    return trace.setSpanContext(extracted, { ...parent, traceState: new TraceState(kept) });
  },
});

/** B3 is read with ids in capitals, too; in the header of W3C, which may be written next, they would be malformed. */
const lowerCaseIds = (b3: TextMapPropagator): TextMapPropagator => ({
  fields: () => b3.fields(),
  inject: (context, carrier, setter) => b3.inject(context, carrier, setter),
  extract: (context, carrier, getter) => {
    const extracted = b3.extract(context, carrier, getter);
    const parent = trace.getSpanContext(extracted);
    if (extracted === context || parent === undefined) return extracted;
    const { traceId, spanId } = parent;
    return trace.setSpanContext(extracted, {
      ...parent,
      traceId: traceId.toLowerCase(),
      spanId: spanId.toLowerCase(),
    });
  },
});
