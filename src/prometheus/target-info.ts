import type { Family } from '../metrics/family.ts';
import { createLabelSet } from '../metrics/label-set.ts';
import { labelName } from './names.ts';

/** Resource attributes that may be shown; anything else (a command line, a host, a user) may hold a secret. */
const shown: readonly string[] = [
  'service.name',
  'service.namespace',
  'service.version',
  'service.instance.id',
  'deployment.environment.name',
  'telemetry.sdk.language',
  'telemetry.sdk.name',
  'telemetry.distro.name',
  'telemetry.distro.version',
];

/**
 * Names the process in PromQL joins. Source: OpenTelemetry specification, "Prometheus and OpenMetrics
 * Compatibility", Resource Attributes.
 */
export const targetInfo = (resource: Readonly<Record<string, string>>): Family => {
  const labels = shown.flatMap(key => {
    const value = resource[key];
    return value === undefined ? [] : [[labelName(key), value] as const];
  });
  return {
    name: 'target_info',
    type: 'gauge',
    help: 'Target metadata',
    series: [{ labels: createLabelSet(labels), value: 1 }],
  };
};
