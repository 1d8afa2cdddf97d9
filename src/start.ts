import * as contract from './catalog/metrics.ts';
import * as runtimeCatalog from './catalog/runtime.ts';
import { pgPatches } from './database/pg.ts';
import { createReport, limitPerCause, type Report, writeToStandardError } from './host/report.ts';
import { observeRequests } from './http/observer.ts';
import { createPathLabel } from './http/path-label.ts';
import { expressPatches } from './http/routes/express.ts';
import { currentMonitoring, type Monitoring, publishMonitoring } from './instance.ts';
import { installPatches } from './instrumentations/module-hooks.ts';
import type { ModulePatch, OnHookFailure } from './instrumentations/module-patch.ts';
import { createPromClient } from './instrumentations/prom-client/prom-client.ts';
import * as lines from './lines.ts';
import { createActiveUsers } from './metrics/active-users/active-users.ts';
import type { Family } from './metrics/family.ts';
import { createPipeline } from './metrics/pipeline.ts';
import { createRuntimeMetrics } from './metrics/runtime/runtime-metrics.ts';
import { createStore, type Store } from './metrics/store.ts';
import { publishGlobals } from './open-telemetry-globals.ts';
import { createAuthorize } from './prometheus/authorization.ts';
import { createEndpoint } from './prometheus/endpoint.ts';
import { createPage } from './prometheus/page.ts';
import { targetInfo } from './prometheus/target-info.ts';
import { resourceAttributes } from './resource.ts';
import { environment } from './settings/environment.ts';
import { otlpMetricsTarget } from './settings/otlp-target.ts';
import { readSettings } from './settings/read.ts';
import type { Settings } from './settings/table.ts';
import { flushBeforeExit, withDeadline } from './shutdown.ts';
import { createStartLine, type StartLine, warnings } from './start-line.ts';
import { activeTrace } from './traces/active-trace.ts';
import { version } from './version.ts';

/** Bound now, so that an application's fake timers do not become our clock. */
const now = performance.now.bind(performance);

/** sysexits.h: something was found in an unconfigured or misconfigured state. */
const exitMisconfigured = 78;

/**
 * Starts everything that the environment asks for: reads the settings, builds the parts, and publishes them
 * last. When a part fails, all that was started is taken back and the application runs unmonitored.
 */
export const start = (): Monitoring | undefined => {
  const { settings, complaints, reserved } = readSettings(environment());
  const report = createReport(writeToStandardError, settings.diagnosticLevel === 'none');
  for (const complaint of complaints) report(complaint);
  if (settings.strict && complaints.length > 0) {
    report(`MONITORING_STRICT is set: the process ends with exit code ${exitMisconfigured}`);
    process.exit(exitMisconfigured);
  }
  // Another copy of this package has started: two would count everything twice.
  if (currentMonitoring() !== undefined) return undefined;
  if (settings.disabled) {
    report('off: OTEL_SDK_DISABLED is true');
    return undefined;
  }
  const undo: (() => void)[] = [];
  try {
    return build(settings, createStartLine(settings, reserved), report, undo);
  } catch (error) {
    for (const step of undo.reverse()) step();
    report(lines.notStarted(error));
    return undefined;
  }
};

const build = (
  settings: Settings,
  startLine: StartLine,
  report: Report,
  undo: (() => void)[],
): Monitoring => {
  const once = limitPerCause(report, now);
  const store = createStore({
    httpBuckets: settings.httpBuckets,
    dbBuckets: settings.dbBuckets,
    maxSeries: settings.maxSeries,
    onFirstOverflow: metric => report(lines.overflow(metric, settings.maxSeries)),
  });
  store.buildInfo.set(1, version, process.versions.node);
  const onHookFailure: OnHookFailure = (hook, error) => {
    store.hookFailures.add(1, hook);
    once(`hook ${hook}`, lines.hookFailed(hook, error));
  };

  const activeUsers = createActiveUsers({
    now,
    onInvalid: reason => store.dropped.add(1, 'metrics', reason),
  });
  const runtime = settings.metricsExporters.length > 0 ? createRuntimeMetrics({ now }) : undefined;
  undo.push(() => runtime?.stop());
  const onCallbackFailed = (error: unknown): void => {
    store.dropped.add(1, 'metrics', 'callback_failed');
    once('callback', lines.callbackFailed(error));
  };
  const readContract = (): readonly Family[] => [
    ...store.read(),
    activeUsers.family(),
    ...(runtime?.read() ?? []),
  ];

  const resource = resourceAttributes(settings);
  const target = otlpMetricsTarget(settings);
  const pipeline = createPipeline({
    resource,
    scope: { name: '@ykmake/monitoring', version },
    readStore: readContract,
    limit: settings.maxSeries,
    push: {
      exporters: settings.metricsExporters.filter(exporter => exporter !== 'prometheus'),
      target,
      intervalMs: settings.metricExportInterval,
      timeoutMs: settings.metricExportTimeout,
      onFailed: () => store.dropped.add(1, 'metrics', 'export_failed'),
      onFailing: error => report(lines.exportFailing(new URL(target.url).host, error)),
      onRecovered: () => report(lines.exportRecovered()),
    },
    onOverflow: store.countOverflow,
    onInvalid: (metric, error) => {
      store.dropped.add(1, 'metrics', 'invalid_measurement');
      once(`invalid ${metric}`, lines.invalidMeasurement(metric, error));
    },
    onCallbackFailed,
  });
  undo.push(() => void pipeline.shutdown());
  const ours = new Set(
    [...Object.values(contract), ...Object.values(runtimeCatalog)].map(({ name }) => name),
  );
  const promClient = createPromClient({
    isOurs: name => ours.has(name) || name.startsWith('monitoring_'),
    timeoutMs: 1_000,
    onShadowed: names => report(lines.shadowedByPromClient(names)),
    onError: onCallbackFailed,
  });

  const authorize = createAuthorize({ token: settings.metricsToken, basicAuth: settings.metricsBasicAuth });
  const info = targetInfo(resource);
  const page = createPage({
    readStore: () => [...readContract(), info],
    collectSdk: pipeline.collect,
    collectForeign: promClient.collect,
    contract: ours,
    onShadowed: metric => once(metric, lines.shadowed(metric)),
  });
  const endpoint = createEndpoint({
    host: settings.prometheusHost,
    port: settings.prometheusPort,
    page,
    authorize,
    retryMs: 5_000,
    onListening: url => report(startLine.listening(url)),
    onUnavailable: error => report(startLine.unavailable(error)),
    onScrape: (outcome, seconds) => {
      store.scrapes.add(1, outcome);
      store.scrapeDuration.set(seconds);
    },
    onScrapeError: error => once('scrape', lines.scrapeFailed(error)),
  });

  if (settings.metricsExporters.length > 0) {
    undo.push(
      observe(settings, store, server => server === endpoint.server, promClient.patches, onHookFailure),
    );
  }
  if (pipeline.pushes) {
    undo.push(flushBeforeExit({ flush: pipeline.flush, timeoutMs: settings.shutdownTimeout }));
  }
  undo.push(publishGlobals(pipeline.provider, settings.diagnosticLevel, once));

  for (const warning of warnings(settings)) report(warning);
  if (settings.metricsExporters.includes('prometheus')) endpoint.listen();
  else report(startLine.withoutEndpoint());

  const monitoring: Monitoring = {
    version,
    page,
    authorize,
    activeUsers,
    shutdown: async () => {
      publishMonitoring(undefined);
      await withDeadline(Promise.all([pipeline.flush(), endpoint.close()]), settings.shutdownTimeout);
      for (const step of undo.splice(0).reverse()) step();
    },
  };
  publishMonitoring(monitoring);
  return monitoring;
};

/** The observers, each writing into the store; returns what ends them. */
const observe = (
  settings: Settings,
  store: Store,
  isOwn: (server: object) => boolean,
  furtherPatches: readonly ModulePatch[],
  onFailure: OnHookFailure,
): (() => void) => {
  const pathLabel = createPathLabel();
  const isOn = (name: Settings['enabledInstrumentations'][number]): boolean =>
    settings.enabledInstrumentations.includes(name) && !settings.disabledInstrumentations.includes(name);

  const stopRequests = isOn('http')
    ? observeRequests({
        now,
        isOwn,
        activeTrace,
        onStart: ({ method }) => store.httpRequestsInFlight.add(1, method),
        onEnd: ({ observation: { method, route, target, trace }, status, seconds }) => {
          store.httpRequestsInFlight.add(-1, method);
          store.httpRequestDuration.observe(
            seconds,
            trace,
            method,
            route ?? pathLabel(target, status),
            String(status),
          );
        },
        onFailure,
      })
    : () => {};
  const removePatches = installPatches(
    [
      ...furtherPatches,
      ...(isOn('http') && isOn('express') ? expressPatches(onFailure) : []),
      ...(isOn('pg')
        ? pgPatches(
            (operation, table, seconds, failed, trace) => {
              store.dbQueryDuration.observe(seconds, trace, operation, table);
              store.dbQueryErrors.add(failed ? 1 : 0, operation, table);
            },
            onFailure,
            activeTrace,
          )
        : []),
    ],
    onFailure,
  );
  return () => {
    removePatches();
    stopRequests();
  };
};
