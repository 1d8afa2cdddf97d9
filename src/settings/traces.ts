import { boolean, enumeration, integer, number } from './parse.ts';
import { wordsOrNone } from './parse-lists.ts';
import { urlTemplate } from './parse-network.ts';
import { setting, type Table } from './setting.ts';

export type PushExporter = 'otlp' | 'console';
type Propagator = 'tracecontext' | 'baggage' | 'b3' | 'b3multi' | 'jaeger';
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
  readonly traceUrl: string | undefined;
}

const reserved = true;

export const traces: Table<TracesSettings> = {
  tracesExporters: setting(
    'OTEL_TRACES_EXPORTER',
    wordsOrNone(['otlp', 'console']),
    undefined,
    'Where traces go.',
    { reserved, fallbackText: 'otlp when an OTLP endpoint is set, else none' },
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
    { reserved },
  ),
  tracesSamplerArgument: setting(
    'OTEL_TRACES_SAMPLER_ARG',
    number(0, 1),
    1,
    'Share of traces that a ratio sampler records.',
    { reserved },
  ),
  propagators: setting(
    'OTEL_PROPAGATORS',
    wordsOrNone(['tracecontext', 'baggage', 'b3', 'b3multi', 'jaeger']),
    ['tracecontext', 'baggage'],
    'Formats in which the trace is read from and written to other services.',
    { reserved },
  ),
  trustParentSampling: setting(
    'MONITORING_TRUST_PARENT_SAMPLING',
    boolean,
    true,
    'Callers decide whether their trace is recorded here.',
    { reserved },
  ),
  slowQueryMilliseconds: setting(
    'MONITORING_SLOW_QUERY_MS',
    integer(0, 2 ** 31 - 1),
    1000,
    'Database calls from this duration in milliseconds on count as slow.',
    { reserved },
  ),
  traceUrl: setting(
    'MONITORING_TRACE_URL',
    urlTemplate(['traceId', 'spanId']),
    undefined,
    'Link to a trace in messages.',
    { reserved },
  ),
};
