import type { Language } from './language.ts';
import { sum } from './promql.ts';
import { collector, type Signal, signals, up } from './stack-metrics.ts';
import { line, type Target } from './targets.ts';

/** Of the stack itself: whatever application is chosen. */
export const stackRate = (name: string): string => `rate(${name}[$__rate_interval])`;

/** A series that the Collector has not begun is 0, if the Collector runs at all. */
const ofCollector = (name: string): string =>
  `${sum(stackRate(name))} or 0 * sum(${up}{job="otel-collector"})`;

export const allSignals = (name: (signal: Signal) => string): string =>
  signals.map(signal => `(${ofCollector(name(signal))})`).join(' + ');

/** A line for each signal. */
export const ofSignals = (
  { say }: Language,
  name: (signal: Signal) => string,
  suffix = '',
): readonly Target[] => {
  const signalNames: Readonly<Record<Signal, string>> = {
    spans: say('spans', '스팬'),
    log_records: say('log records', '로그'),
    metric_points: say('metric points', '메트릭'),
  };
  return signals.map(signal => line(ofCollector(name(signal)), `${signalNames[signal]}${suffix}`));
};

export const queueUse: string = `max by (exporter, data_type) (${collector.queueSize} / ${collector.queueCapacity})`;
