import type { Counter, Gauge, Histogram, Meter, MeterProvider, UpDownCounter } from '@opentelemetry/api';
import { type AdmitAttributes, limitAttributes } from './attribute-limiter.ts';
import type { Instruments, Record } from './instruments.ts';
import type { Observables } from './observables.ts';

export interface MetersOptions {
  /** Attribute sets per instrument, for the life of the process. */
  readonly limit: number;
  /** A measurement that lands in the overflow set of the instrument of this name. */
  readonly onOverflow: (metric: string) => void;
  /** A measurement that would have thrown into the application; it is dropped. */
  readonly onInvalid: (metric: string, error: unknown) => void;
}

/** Names an instrument among all meters. */
export const instrumentKey = (scope: string, metric: string): string => `${scope}\n${metric}`;

/**
 * The application's meters: synchronous instruments of our own, which never throw into the application, and the
 * SDK's observable ones with a lifetime limit on attribute sets in front of them.
 */
export const createMeters = (
  sdk: MeterProvider,
  instruments: Instruments,
  observables: Observables,
  options: MetersOptions,
): MeterProvider => {
  const limiters = new Map<string, AdmitAttributes>();
  const admitFor = (scope: string, metric: string): AdmitAttributes => {
    const key = instrumentKey(scope, metric);
    const admit = limiters.get(key) ?? limitAttributes(options.limit, () => options.onOverflow(metric));
    limiters.set(key, admit);
    return admit;
  };

  const guarded =
    (metric: string, record: Record): Record =>
    (value, attributes) => {
      try {
        record(value, attributes);
      } catch (error) {
        options.onInvalid(metric, error);
      }
    };

  const createMeter = (
    meter: Meter,
    name: string,
    version: string | undefined,
    schemaUrl: string | undefined,
  ): Meter => {
    const scope = { name, version: version ?? '', ...(schemaUrl === undefined ? {} : { schemaUrl }) };
    const adding = (metric: string, record: Record): Counter & UpDownCounter => ({
      add: guarded(metric, record),
    });
    const recording = (metric: string, record: Record): Histogram & Gauge => ({
      record: guarded(metric, record),
    });
    const { open } = instruments;
    const { wrap, addBatch, removeBatch } = observables;
    const observing = (metric: string): [instrument: string, admit: AdmitAttributes] => [
      instrumentKey(name, metric),
      admitFor(name, metric),
    ];
    return {
      createCounter: (metric, settings) => adding(metric, open(scope, 'counter', metric, settings)),
      createUpDownCounter: (metric, settings) =>
        adding(metric, open(scope, 'up-down counter', metric, settings)),
      createHistogram: (metric, settings) => recording(metric, open(scope, 'histogram', metric, settings)),
      createGauge: (metric, settings) => recording(metric, open(scope, 'gauge', metric, settings)),
      createObservableGauge: (metric, settings) => {
        const [instrument, admit] = observing(metric);
        return wrap(instrument, meter.createObservableGauge(metric, settings), admit, 'last');
      },
      createObservableCounter: (metric, settings) => {
        const [instrument, admit] = observing(metric);
        return wrap(instrument, meter.createObservableCounter(metric, settings), admit, 'sum');
      },
      createObservableUpDownCounter: (metric, settings) => {
        const [instrument, admit] = observing(metric);
        return wrap(instrument, meter.createObservableUpDownCounter(metric, settings), admit, 'sum');
      },
      addBatchObservableCallback: (callback, batch) => addBatch(meter, callback, batch),
      removeBatchObservableCallback: (callback, batch) => removeBatch(meter, callback, batch),
    };
  };

  return {
    getMeter: (name, version, settings) =>
      createMeter(sdk.getMeter(name, version, settings), name, version, settings?.schemaUrl),
  };
};
