import { sentryTracesTarget } from '../errors/sentry/otlp-target.ts';
import { findInApplication, notInstalled } from '../host/application-package.ts';
import { createRedaction } from '../redaction/redaction.ts';
import { isInstrumented } from '../settings/instrumentations.ts';
import { otlpTracesTarget, tracesExporters } from '../settings/otlp-target.ts';
import type { Settings } from '../settings/table.ts';
import { createObserverTracing } from './observer-tracing.ts';
import { createSpanRedaction } from './redacted-span.ts';
import type { SpanTarget } from './span-destination.ts';
import { withoutDuplicates } from './stand-ins.ts';
import type { StartedTracing, StartTracingOptions } from './start-tracing.ts';
import { createTracing } from './tracing.ts';

/** What the application has to have installed: it brings a package with an install script, and takes long to load. */
const grpcPackage = '@opentelemetry/exporter-trace-otlp-grpc';

/** Traces as OpenTelemetry's variables say. */
export const traceByEnvironment = (options: StartTracingOptions): StartedTracing => {
  const exporters = tracesExporters(options.settings);
  const asked = exporters.flatMap(exporter =>
    exporter === 'console' ? exporter : (otlpDestination(options.settings) ?? []),
  );
  const targets = [...asked, sentryTracesTarget(options.settings)].filter(target => target !== undefined);
  const isComplete = asked.length === exporters.length;
  const whyNot = isComplete ? {} : { whyNot: notInstalled('OTLP over gRPC', grpcPackage) };
  if (targets.length === 0) return { to: [], ...whyNot };
  const redaction = createRedaction(options.settings.redactKeys);
  const tracing = createTracing({ ...options, targets, redactSpan: createSpanRedaction(redaction) });
  const provider = withoutDuplicates(tracing.provider, tracing.contextManager, name =>
    isInstrumented(options.settings, name),
  );
  return {
    running: {
      ...tracing,
      observers: createObserverTracing(tracing, options.settings, redaction),
      register: { ...tracing, provider },
    },
    to: targets.map(to => `traces to ${to === 'console' ? 'the console' : new URL(to.url).origin}`),
    ...whyNot,
  };
};

/** `undefined` where the application has no package for what was asked for. */
const otlpDestination = (settings: Settings): SpanTarget | undefined => {
  const target = otlpTracesTarget(settings);
  if (target.protocol !== 'grpc') return target;
  const exporterFile = findInApplication(grpcPackage);
  return exporterFile === undefined ? undefined : { ...target, exporterFile };
};
