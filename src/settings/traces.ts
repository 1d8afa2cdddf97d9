import { boolean, enumeration, integer, milliseconds, number } from './parse.ts';
import { wordsOrNone } from './parse-lists.ts';
import { urlTemplate } from './parse-network.ts';
import { type Kind, setting, type Table } from './setting.ts';

export type PushExporter = 'otlp' | 'console';
export type Propagator = 'tracecontext' | 'baggage' | 'b3' | 'b3multi' | 'jaeger';
type Sampler =
  | 'always_on'
  | 'always_off'
  | 'traceidratio'
  | 'parentbased_always_on'
  | 'parentbased_always_off'
  | 'parentbased_traceidratio';

export interface TracesSettings {
  readonly tracesExporters: readonly PushExporter[] | undefined;
  readonly tracesSampler: Sampler;
  readonly tracesSamplerArgument: number;
  readonly propagators: readonly Propagator[];
  readonly trustParentSampling: boolean;
  readonly slowQueryMilliseconds: number;
  readonly spanQueueSize: number;
  readonly spanBatchSize: number;
  readonly spanDelay: number;
  readonly spanExportTimeout: number;
  readonly attributeCountLimit: number;
  readonly attributeValueLengthLimit: number | undefined;
  readonly spanAttributeCountLimit: number | undefined;
  readonly spanAttributeValueLengthLimit: number | undefined;
  readonly spanEventCountLimit: number;
  readonly spanLinkCountLimit: number;
  readonly eventAttributeCountLimit: number;
  readonly linkAttributeCountLimit: number;
  readonly traceUrl: string | undefined;
}

export const count: Kind<number> = integer(0, 1_000_000);
/** From 1: the SDK takes a length of 0 for a mistake, and says so for every attribute. */
export const attributeLength: Kind<number> = integer(1, 1_000_000);
/** Source: OpenTelemetry specification, "Span Limits". */
const defaultCount = 128;

export const traces: Table<TracesSettings> = {
  tracesExporters: setting(
    'OTEL_TRACES_EXPORTER',
    wordsOrNone(['otlp', 'console']),
    undefined,
    'Where traces go.',
    { fallbackText: 'otlp when an OTLP endpoint is set, else none' },
  ),
  tracesSampler: setting(
    'OTEL_TRACES_SAMPLER',
    enumeration([
      'always_on',
      'always_off',
      'traceidratio',
      'parentbased_always_on',
      'parentbased_always_off',
      'parentbased_traceidratio',
    ]),
    'parentbased_always_on',
    'Decides which traces are recorded.',
  ),
  tracesSamplerArgument: setting(
    'OTEL_TRACES_SAMPLER_ARG',
    number(0, 1),
    1,
    'Share of traces that a ratio sampler records.',
  ),
  propagators: setting(
    'OTEL_PROPAGATORS',
    wordsOrNone(['tracecontext', 'baggage', 'b3', 'b3multi', 'jaeger']),
    ['tracecontext', 'baggage'],
    'Formats in which the trace is read from and written to other services.',
  ),
  trustParentSampling: setting(
    'MONITORING_TRUST_PARENT_SAMPLING',
    boolean,
    true,
    'Callers decide whether their trace is recorded here.',
  ),
  slowQueryMilliseconds: setting(
    'MONITORING_SLOW_QUERY_MS',
    integer(0, 2 ** 31 - 1),
    1000,
    'Database calls that take at least so many milliseconds are logged, with their statement without its literals. 0: none.',
  ),
  spanQueueSize: setting(
    'OTEL_BSP_MAX_QUEUE_SIZE',
    integer(1, 1_000_000),
    2048,
    'Spans that wait to be sent; more are dropped and counted.',
  ),
  spanBatchSize: setting(
    'OTEL_BSP_MAX_EXPORT_BATCH_SIZE',
    integer(1, 1_000_000),
    512,
    'Spans that are sent together, at most as many as wait.',
  ),
  spanDelay: setting(
    'OTEL_BSP_SCHEDULE_DELAY',
    milliseconds,
    5000,
    'Longest time in milliseconds that a span waits for others to be sent with.',
  ),
  spanExportTimeout: setting(
    'OTEL_BSP_EXPORT_TIMEOUT',
    milliseconds,
    30_000,
    'Time in milliseconds for all tries to send the same spans.',
  ),
  attributeCountLimit: setting(
    'OTEL_ATTRIBUTE_COUNT_LIMIT',
    count,
    defaultCount,
    'Most attributes of a span or a log record; further ones are left out.',
  ),
  attributeValueLengthLimit: setting(
    'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT',
    attributeLength,
    undefined,
    'Most characters of a text in an attribute; the rest is cut off.',
    { fallbackText: 'no limit' },
  ),
  spanAttributeCountLimit: setting(
    'OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT',
    count,
    undefined,
    'The same as `OTEL_ATTRIBUTE_COUNT_LIMIT`, over which it wins.',
    { fallbackText: 'the value of OTEL_ATTRIBUTE_COUNT_LIMIT' },
  ),
  spanAttributeValueLengthLimit: setting(
    'OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT',
    attributeLength,
    undefined,
    'The same as `OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT`, over which it wins.',
    { fallbackText: 'the value of OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT' },
  ),
  spanEventCountLimit: setting(
    'OTEL_SPAN_EVENT_COUNT_LIMIT',
    count,
    defaultCount,
    'Most events of a span, of which the latest are kept.',
  ),
  spanLinkCountLimit: setting(
    'OTEL_SPAN_LINK_COUNT_LIMIT',
    count,
    defaultCount,
    'Most links of a span, of which the latest are kept.',
  ),
  eventAttributeCountLimit: setting(
    'OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT',
    count,
    defaultCount,
    'Most attributes of an event of a span; further ones are left out.',
  ),
  linkAttributeCountLimit: setting(
    'OTEL_LINK_ATTRIBUTE_COUNT_LIMIT',
    count,
    defaultCount,
    'Most attributes of a link of a span; further ones are left out.',
  ),
  traceUrl: setting(
    'MONITORING_TRACE_URL',
    urlTemplate(['traceId', 'spanId']),
    undefined,
    'Link to a trace in messages.',
  ),
};
