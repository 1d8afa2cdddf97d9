import { diag, type HrTime, type MetricOptions, ValueType } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { MetricData, ScopeMetrics } from '@opentelemetry/sdk-metrics';
import { type Aggregation, createDistribution, createLastValue, createSum } from './aggregation.ts';

export type Kind = 'counter' | 'up-down counter' | 'histogram' | 'gauge';

export interface InstrumentsOptions {
  /** Attribute sets per instrument, for the life of the process, the overflow set included. */
  readonly limit: number;
  /** A measurement that lands in the overflow set of the instrument of this name. */
  readonly onOverflow: (metric: string) => void;
  readonly now: () => HrTime;
}

export type Record = Aggregation['record'];

export interface Instruments {
  /** Where the measurements of an instrument go: to the same place for instruments that say the same of themselves. */
  open(scope: InstrumentationScope, kind: Kind, name: string, options: MetricOptions | undefined): Record;
  /** The values, which go on changing. Takes no longer for many series than for few. */
  read(): readonly ScopeMetrics[];
}

interface Instrument {
  readonly descriptor: {
    -readonly [Field in keyof MetricData['descriptor']]: MetricData['descriptor'][Field];
  };
  readonly aggregation: Aggregation;
  readonly record: Record;
}

interface Scope {
  readonly scope: InstrumentationScope;
  readonly instruments: Map<string, Instrument>;
}

/**
 * The application's counters, histograms and gauges in bounded tables of our own. The SDK's storage forgets its
 * limit with every collection, and copies every series for it in one go.
 */
export const createInstruments = (options: InstrumentsOptions): Instruments => {
  const scopes = new Map<string, Scope>();
  const scopeOf = (scope: InstrumentationScope): Scope => {
    const key = scopeKey(scope);
    const known = scopes.get(key) ?? { scope, instruments: new Map() };
    scopes.set(key, known);
    return known;
  };

  return {
    open: (scope, kind, name, settings) => {
      const { instruments } = scopeOf(scope);
      const { unit = '', description = '', valueType = ValueType.DOUBLE } = settings ?? {};
      const key = JSON.stringify([name, kind, unit, valueType]);
      const known = instruments.get(key);
      if (known !== undefined) {
        // The specification's rule for instruments that differ in nothing else.
        if (description.length > known.descriptor.description.length)
          known.descriptor.description = description;
        return known.record;
      }
      const aggregation = aggregate(kind, settings, {
        ...options,
        onOverflow: () => options.onOverflow(name),
      });
      const record = checked(kind, name, valueType, aggregation.record);
      instruments.set(key, { descriptor: { name, description, unit, valueType }, aggregation, record });
      return record;
    },
    read: () =>
      [...scopes.values()].map(({ scope, instruments }) => ({
        scope,
        metrics: [...instruments.values()]
          .map(({ descriptor, aggregation }) => aggregation.metric(descriptor))
          .filter(metric => metric.dataPoints.length > 0),
      })),
  };
};

export const scopeKey = ({ name, version = '', schemaUrl = '' }: InstrumentationScope): string =>
  JSON.stringify([name, version, schemaUrl]);

/** Source: OpenTelemetry metrics SDK specification, "Explicit bucket histogram aggregation", default bounds. */
const defaultBounds = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000];

const aggregate = (
  kind: Kind,
  settings: MetricOptions | undefined,
  options: Parameters<typeof createLastValue>[0],
): Aggregation => {
  switch (kind) {
    case 'counter':
      return createSum(true, options);
    case 'up-down counter':
      return createSum(false, options);
    case 'gauge':
      return createLastValue(options);
    case 'histogram': {
      const bounds = settings?.advice?.explicitBucketBoundaries ?? defaultBounds;
      const finite = [...bounds].filter(Number.isFinite).sort((left, right) => left - right);
      return createDistribution(finite, options);
    }
  }
};

/** Leaves out what the instrument cannot hold, and says so to those who listen to OpenTelemetry's diagnostics. */
const checked = (kind: Kind, name: string, valueType: ValueType, record: Record): Record => {
  const growsOnly = kind === 'counter' || kind === 'histogram';
  return (value, attributes) => {
    if (typeof value !== 'number')
      return diag.warn(`${kind} ${name}: ${value} is no number and was left out`);
    if (growsOnly && value < 0) return diag.warn(`${kind} ${name}: ${value} is negative and was left out`);
    if (valueType === ValueType.DOUBLE || Number.isInteger(value)) return record(value, attributes);
    const whole = Math.trunc(value);
    diag.warn(`${kind} ${name} holds whole numbers: of ${value}, ${whole} was taken`);
    if (Number.isInteger(whole)) record(whole, attributes);
  };
};
