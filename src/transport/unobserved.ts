import { sharedApi } from '../open-telemetry-globals.ts';

/** Under which the code of any OpenTelemetry SDK looks for whether what is done is to be observed. */
const suppressedKey = Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/**
 * Does what the instrumentations of another OpenTelemetry SDK in this process are not to trace. A request that sends
 * spans would make one more span, which would have to be sent, without an end.
 */
export const unobserved = <Result>(work: () => Result): Result => {
  const manager = sharedApi()?.context;
  return manager === undefined ? work() : manager.with(manager.active().setValue(suppressedKey, true), work);
};

/** Whether what is done here is not to be observed: an OpenTelemetry SDK sends what it holds, say. */
export const isUnobserved = (): boolean => sharedApi()?.context?.active().getValue(suppressedKey) === true;
