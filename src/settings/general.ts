import { type InstrumentationName, instrumentationNames, onByDefault } from './instrumentation-names.ts';
import { type InstrumentationOptions, instrumentationOptions } from './instrumentation-options.ts';
import { boolean, enumeration, milliseconds, text } from './parse.ts';
import { attributes } from './parse-lists.ts';
import { setting, type Table } from './setting.ts';

type LogLevel = 'none' | 'error' | 'warn' | 'info' | 'debug' | 'verbose' | 'all';

export interface GeneralSettings {
  readonly serviceName: string | undefined;
  readonly resourceAttributes: Readonly<Record<string, string>>;
  readonly nodeEnv: string | undefined;
  readonly disabled: boolean;
  readonly diagnosticLevel: LogLevel;
  readonly enabledInstrumentations: readonly InstrumentationName[];
  readonly disabledInstrumentations: readonly InstrumentationName[];
  readonly instrumentationOptions: InstrumentationOptions;
  readonly configFile: string | undefined;
  readonly shutdownTimeout: number;
  readonly strict: boolean;
}

export const general: Table<GeneralSettings> = {
  serviceName: setting(
    'OTEL_SERVICE_NAME',
    text,
    undefined,
    'Name of the service; it wins over `service.name` in `OTEL_RESOURCE_ATTRIBUTES`.',
    { fallbackText: "the name in the application's package.json" },
  ),
  resourceAttributes: setting(
    'OTEL_RESOURCE_ATTRIBUTES',
    attributes,
    {},
    'Attributes of everything that this process reports, such as `deployment.environment.name=production`.',
    { secret: true },
  ),
  nodeEnv: setting('NODE_ENV', text, undefined, 'Environment that the application runs in.'),
  disabled: setting(
    'OTEL_SDK_DISABLED',
    boolean,
    false,
    'Switches everything off: nothing is observed, no port is opened.',
  ),
  diagnosticLevel: setting(
    'OTEL_LOG_LEVEL',
    enumeration(['none', 'error', 'warn', 'info', 'debug', 'verbose', 'all']),
    'info',
    'How much the package says about itself on stderr; `none` also silences the line at start.',
  ),
  enabledInstrumentations: setting(
    'OTEL_NODE_ENABLED_INSTRUMENTATIONS',
    instrumentationNames,
    onByDefault,
    'Only these libraries are observed.',
    { fallbackText: 'all but dns, fs and net' },
  ),
  disabledInstrumentations: setting(
    'OTEL_NODE_DISABLED_INSTRUMENTATIONS',
    instrumentationNames,
    [],
    'These libraries are not observed; it wins over `OTEL_NODE_ENABLED_INSTRUMENTATIONS`.',
  ),
  instrumentationOptions: setting(
    'MONITORING_INSTRUMENTATION_OPTIONS',
    instrumentationOptions,
    {},
    'Options of official instrumentations by name, for those who have no code to set them in.',
  ),
  configFile: setting(
    'OTEL_CONFIG_FILE',
    text,
    undefined,
    "Path of OpenTelemetry's declarative configuration, which says all about traces then; it needs `@opentelemetry/sdk-node`.",
  ),
  shutdownTimeout: setting(
    'MONITORING_SHUTDOWN_TIMEOUT',
    milliseconds,
    5000,
    'Longest time in milliseconds that the package takes at exit to deliver what it still holds.',
  ),
  strict: setting(
    'MONITORING_STRICT',
    boolean,
    false,
    'A bad setting stops the process with exit code 78 before the application runs.',
  ),
};
