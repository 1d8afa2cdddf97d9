import type {
  Attributes,
  BatchObservableCallback,
  Meter,
  Observable,
  ObservableCallback,
} from '@opentelemetry/api';
import { attributesKey } from './attribute-key.ts';
import { type AdmitAttributes, overflowAttributes } from './attribute-limiter.ts';

/** How the values of an instrument's overflow set are put together: gauges have no sum. */
export type OverflowRule = 'sum' | 'last';

export interface Observables {
  /** Begins a collection: what is observed from now on is of now. */
  begin(): void;
  isObservable(instrument: string): boolean;
  /** Whether a point of an observable instrument was observed in this collection. */
  isCurrent(instrument: string, attributes: Attributes): boolean;
  /** The instrument as the application gets it. `instrument` names it among all meters. */
  wrap(instrument: string, inner: Observable, admit: AdmitAttributes, overflow: OverflowRule): Observable;
  addBatch(meter: Meter, callback: BatchObservableCallback, instruments: readonly Observable[]): void;
  removeBatch(meter: Meter, callback: BatchObservableCallback, instruments: readonly Observable[]): void;
}

interface Watched {
  readonly inner: Observable;
  readonly admit: AdmitAttributes;
  readonly overflow: OverflowRule;
  /** Attribute sets observed in the current collection. */
  readonly current: Set<string>;
}

type Callback<Result> = (result: Result) => void | Promise<void>;

/**
 * Observable instruments with a limit on attribute sets that remember what their callbacks said last: the SDK
 * goes on reporting what they no longer say. A callback that is still running is not called once more.
 */
export const createObservables = (): Observables => {
  const byName = new Map<string, Set<Watched>>();
  const byInstrument = new WeakMap<Observable, Watched>();
  const wrappers = new WeakMap<object, WeakMap<object, Callback<never>>>();

  /** What the callback gets to observe with; `pass` hands an observation to the SDK. */
  const observer = (watched: Watched, pass: (value: number, attributes?: Attributes) => void) => {
    let overflow = 0;
    return (value: number, attributes?: Attributes): void => {
      const admitted = watched.admit(attributes);
      watched.current.add(attributesKey(admitted ?? {}));
      if (admitted === overflowAttributes) {
        overflow = watched.overflow === 'sum' ? overflow + value : value;
        pass(overflow, admitted);
      } else pass(value, admitted);
    };
  };

  /** The same wrapper for the same callback of the same owner, so that it can be removed again. */
  const wrapperOf = <Result extends object>(
    owner: object,
    callback: Callback<Result>,
    adapt: (result: Result) => Result,
  ) => {
    const ofOwner = wrappers.get(owner) ?? new WeakMap<object, Callback<never>>();
    wrappers.set(owner, ofOwner);
    const known = ofOwner.get(callback);
    if (known !== undefined) return known as Callback<Result>;
    let running = false;
    const wrapper = async (result: Result): Promise<void> => {
      if (running) throw new Error('the callback is still running since an earlier collection');
      running = true;
      try {
        await callback(adapt(result));
      } finally {
        running = false;
      }
    };
    ofOwner.set(callback, wrapper);
    return wrapper;
  };

  const batchWrapper = (meter: Meter, callback: BatchObservableCallback): BatchObservableCallback =>
    wrapperOf(meter, callback, result => {
      const observers = new Map<Observable, (value: number, attributes?: Attributes) => void>();
      return {
        observe: (instrument, value, attributes) => {
          const watched = byInstrument.get(instrument);
          if (watched === undefined) return;
          const observe =
            observers.get(instrument) ??
            observer(watched, (number, admitted) => result.observe(watched.inner, number, admitted));
          observers.set(instrument, observe);
          observe(value, attributes);
        },
      };
    });

  const innerOf = (instruments: readonly Observable[]): Observable[] =>
    instruments.map(instrument => byInstrument.get(instrument)?.inner ?? instrument);

  return {
    begin: () => {
      for (const instruments of byName.values()) for (const watched of instruments) watched.current.clear();
    },
    isObservable: instrument => byName.has(instrument),
    isCurrent: (instrument, attributes) => {
      const key = attributesKey(attributes);
      for (const { current } of byName.get(instrument) ?? []) if (current.has(key)) return true;
      return false;
    },
    wrap: (instrument, inner, admit, overflow) => {
      const watched: Watched = { inner, admit, overflow, current: new Set() };
      const sameName = byName.get(instrument) ?? new Set();
      byName.set(instrument, sameName.add(watched));
      const adapted = (callback: ObservableCallback): ObservableCallback =>
        wrapperOf(inner, callback, result => ({
          observe: observer(watched, (value, attributes) => result.observe(value, attributes)),
        }));
      const wrapped: Observable = {
        addCallback: callback => inner.addCallback(adapted(callback)),
        removeCallback: callback => inner.removeCallback(adapted(callback)),
      };
      byInstrument.set(wrapped, watched);
      return wrapped;
    },
    addBatch: (meter, callback, instruments) =>
      meter.addBatchObservableCallback(batchWrapper(meter, callback), innerOf(instruments)),
    removeBatch: (meter, callback, instruments) =>
      meter.removeBatchObservableCallback(batchWrapper(meter, callback), innerOf(instruments)),
  };
};
