import { type ErrorsSettings, errors } from './errors.ts';
import { type GeneralSettings, general } from './general.ts';
import { type LogsSettings, logs } from './logs.ts';
import { type MetricsSettings, metrics } from './metrics.ts';
import { type OtlpSettings, otlp } from './otlp.ts';
import type { Setting, Table } from './setting.ts';
import { type TracesSettings, traces } from './traces.ts';

/** Everything that the environment can set, frozen. */
export interface Settings
  extends GeneralSettings,
    MetricsSettings,
    OtlpSettings,
    TracesSettings,
    LogsSettings,
    ErrorsSettings {}

/** Variables that are documented together. */
export interface Topic {
  readonly title: string;
  readonly settings: Readonly<Record<string, Setting<unknown>>>;
}

export const topics: readonly Topic[] = [
  { title: 'General', settings: general },
  { title: 'Metrics and their endpoint', settings: metrics },
  { title: 'OTLP export', settings: otlp },
  { title: 'Traces', settings: traces },
  { title: 'Logs', settings: logs },
  { title: 'Errors and alerts', settings: errors },
];

export const table: Table<Settings> = {
  ...general,
  ...metrics,
  ...otlp,
  ...traces,
  ...logs,
  ...errors,
};
