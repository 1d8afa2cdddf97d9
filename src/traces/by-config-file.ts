import { findInApplication, notInstalled } from '../host/application-package.ts';
import { reasonOf } from '../host/report.ts';
import { createRedaction } from '../redaction/redaction.ts';
import { startConfiguredSdk } from './configured-sdk.ts';
import { createObserverTracing } from './observer-tracing.ts';
import type { StartedTracing, StartTracingOptions } from './start-tracing.ts';

/** What the application has to have installed: it brings a package with an install script, and takes long to load. */
const sdkPackage = '@opentelemetry/sdk-node';

/**
 * Traces as OpenTelemetry's configuration file says; the variables for traces have no effect then. Source:
 * OpenTelemetry specification, "Declarative configuration".
 */
export const traceByConfigFile = (options: StartTracingOptions, configFile: string): StartedTracing => {
  const file = findInApplication(sdkPackage);
  if (file === undefined) return { to: [], whyNot: notInstalled('OTEL_CONFIG_FILE', sdkPackage) };
  try {
    const { tracing, takesMetrics, takesLogs, flush, stop } = startConfiguredSdk(file, options.scope);
    const observers =
      tracing &&
      createObserverTracing(tracing, options.settings, createRedaction(options.settings.redactKeys));
    return {
      // The SDK sends nothing when nothing asynchronous happens any more.
      running: { flush, takeAtExit: () => [], stop, observers, register: undefined },
      ...(tracing === undefined
        ? { to: [], whyNot: `none by ${configFile}` }
        : { to: [`traces as ${configFile} says`] }),
      ...(takesMetrics && { metricsBy: configFile }),
      ...(takesLogs && { logsBy: configFile }),
    };
  } catch (error) {
    return { to: [], whyNot: `OTEL_CONFIG_FILE cannot be used: ${reasonOf(error)}` };
  }
};
