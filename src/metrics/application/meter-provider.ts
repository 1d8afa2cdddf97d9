import type {
  Attributes,
  Context,
  Counter,
  Gauge,
  Histogram,
  Meter,
  MeterProvider,
  UpDownCounter,
} from '@opentelemetry/api';
import { type AdmitAttributes, limitAttributes } from './attribute-limiter.ts';
import type { Observables } from './observables.ts';

export interface BoundedMetersOptions {
  /** Attribute sets per instrument, for the life of the process. */
  readonly limit: number;
  /** A measurement that lands in the overflow set of the instrument of this name. */
  readonly onOverflow: (metric: string) => void;
  /** A measurement that would have thrown into the application; it is dropped. */
  readonly onInvalid: (metric: string, error: unknown) => void;
}

/** Names an instrument among all meters. */
export const instrumentKey = (scope: string, metric: string): string => `${scope}\n${metric}`;

type Record = (value: number, attributes?: Attributes, context?: Context) => void;

/**
 * The SDK's meters with a lifetime limit on attribute sets in front of them, and with synchronous instruments
 * that never throw into the application.
 */
export const createBoundedMeters = (
  sdk: MeterProvider,
  observables: Observables,
  options: BoundedMetersOptions,
): MeterProvider => {
  const limiters = new Map<string, AdmitAttributes>();
  const admitFor = (scope: string, metric: string): AdmitAttributes => {
    const key = instrumentKey(scope, metric);
    const admit = limiters.get(key) ?? limitAttributes(options.limit, () => options.onOverflow(metric));
    limiters.set(key, admit);
    return admit;
  };

  const bounded = (meter: Meter, scope: string): Meter => {
    const guarded = (metric: string, record: Record): Record => {
      const admit = admitFor(scope, metric);
      return (value, attributes, context) => {
        try {
          record(value, admit(attributes), context);
        } catch (error) {
          options.onInvalid(metric, error);
        }
      };
    };
    const adding = (metric: string, inner: Counter | UpDownCounter): Counter & UpDownCounter => ({
      add: guarded(metric, inner.add.bind(inner)),
    });
    const recording = (metric: string, inner: Histogram | Gauge): Histogram & Gauge => ({
      record: guarded(metric, inner.record.bind(inner)),
    });
    const { wrap, addBatch, removeBatch } = observables;
    const observing = (metric: string): [instrument: string, admit: AdmitAttributes] => [
      instrumentKey(scope, metric),
      admitFor(scope, metric),
    ];
    return {
      createCounter: (name, settings) => adding(name, meter.createCounter(name, settings)),
      createUpDownCounter: (name, settings) => adding(name, meter.createUpDownCounter(name, settings)),
      createHistogram: (name, settings) => recording(name, meter.createHistogram(name, settings)),
      createGauge: (name, settings) => recording(name, meter.createGauge(name, settings)),
      createObservableGauge: (name, settings) => {
        const [instrument, admit] = observing(name);
        return wrap(instrument, meter.createObservableGauge(name, settings), admit, 'last');
      },
      createObservableCounter: (name, settings) => {
        const [instrument, admit] = observing(name);
        return wrap(instrument, meter.createObservableCounter(name, settings), admit, 'sum');
      },
      createObservableUpDownCounter: (name, settings) => {
        const [instrument, admit] = observing(name);
        return wrap(instrument, meter.createObservableUpDownCounter(name, settings), admit, 'sum');
      },
      addBatchObservableCallback: (callback, instruments) => addBatch(meter, callback, instruments),
      removeBatchObservableCallback: (callback, instruments) => removeBatch(meter, callback, instruments),
    };
  };

  return { getMeter: (name, version, settings) => bounded(sdk.getMeter(name, version, settings), name) };
};
