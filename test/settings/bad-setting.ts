import { quote } from '../../src/settings/message.ts';
import type { Settings } from '../../src/settings/table.ts';

/** A value that cannot be used, and what is said about it. */
export interface BadSetting {
  readonly name: string;
  readonly value: string;
  /** The whole complaint, without the name at its beginning. */
  readonly says: string;
  /** What differs from the defaults. */
  readonly uses?: Partial<Settings>;
}

export const bad = (name: string, value: string, says: string, uses: Partial<Settings> = {}): BadSetting => ({
  name,
  value,
  says,
  uses,
});

// The settings that can be wrong in many ways; `shown`: what the complaint shows of the value.

export const port = (value: string, shown: string = value): BadSetting =>
  bad('OTEL_EXPORTER_PROMETHEUS_PORT', value, `="${shown}" is not a port (0 to 65535): using 9464`);
export const host = (value: string, shown: string = value): BadSetting =>
  bad(
    'OTEL_EXPORTER_PROMETHEUS_HOST',
    value,
    `="${shown}" is not a host name or an IP address: using 127.0.0.1`,
  );
export const interval = (value: string): BadSetting =>
  bad(
    'OTEL_METRIC_EXPORT_INTERVAL',
    value,
    `="${value}" is not a whole number from 1 to 2147483647: using 60000`,
  );
export const httpBuckets = (value: string, shown: string = value): BadSetting =>
  bad(
    'MONITORING_HTTP_BUCKETS',
    value,
    `="${shown}" is not a list of 1 to 64 ascending positive numbers: using 0.005,0.01,0.025,0.05,0.1,0.25,0.5,1,2,5,10`,
  );
export const endpoint = (value: string, shown: string = value): BadSetting =>
  bad(
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    value,
    `="${shown}" is not an http or https URL: using http://localhost:4318`,
  );
export const attributes = (value: string): BadSetting =>
  bad(
    'OTEL_RESOURCE_ATTRIBUTES',
    value,
    '=(hidden) is not a list of key=value pairs separated by commas, percent-encoded: ignored',
  );
export const headers = (value: string): BadSetting =>
  bad(
    'OTEL_EXPORTER_OTLP_HEADERS',
    value,
    '=(hidden) is not a list of HTTP headers as key=value pairs separated by commas, percent-encoded: ignored',
  );
export const template = (value: string, shown: string = value): BadSetting =>
  bad(
    'MONITORING_TRACE_URL',
    value,
    `="${shown}" is not an http or https URL that may hold {traceId}, {spanId}: ignored`,
  );

/** Of official instrumentations. */
export const options = (value: string): BadSetting =>
  bad(
    'MONITORING_INSTRUMENTATION_OPTIONS',
    value,
    `=${quote(value)} is not a JSON object of at most 4096 characters like {"graphql":{"mergeItems":true}}, with names of official instrumentations, and without "enabled": ignored`,
  );
