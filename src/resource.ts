import { applicationName } from './host/application-name.ts';
import { version } from './version.ts';

export interface ResourceSettings {
  readonly serviceName: string | undefined;
  readonly resourceAttributes: Readonly<Record<string, string>>;
}

/** Attributes that name this process in everything it sends. Source: OpenTelemetry resource conventions. */
export const resourceAttributes = ({
  serviceName,
  resourceAttributes,
}: ResourceSettings): Readonly<Record<string, string>> => ({
  'service.name': applicationName(process.argv[1], process.cwd()) ?? 'unknown_service:node',
  ...resourceAttributes,
  ...(serviceName === undefined ? {} : { 'service.name': serviceName }),
  'telemetry.sdk.language': 'nodejs',
  'telemetry.sdk.name': 'opentelemetry',
  'telemetry.distro.name': '@ykmake/monitoring',
  'telemetry.distro.version': version,
});
