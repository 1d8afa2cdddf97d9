import { startErrorReporting } from './error-reporting.ts';
import { createFailures } from './failures.ts';
import { createReport, limitPerCause, notStarted, type Report, writeToStandardError } from './host/report.ts';
import { currentMonitoring, type Monitoring, publishMonitoring } from './instance.ts';
import { createModuleHooks } from './instrumentations/module-hooks.ts';
import * as files from './lazy-files.ts';
import * as lines from './lines.ts';
import { startBridges } from './logs/bridges.ts';
import { createPreloadLogging } from './logs/preload-logging.ts';
import { startLogging } from './logs/start-logging.ts';
import { createOwnMetrics } from './metrics/own-metrics.ts';
import { pushMetrics } from './metrics/push.ts';
import { createMetricsPage } from './metrics-page.ts';
import { startObservers } from './observers.ts';
import { publishGlobals } from './open-telemetry-globals.ts';
import { createAuthorize } from './prometheus/authorization.ts';
import { createEndpoint } from './prometheus/endpoint.ts';
import type { Redaction } from './redaction/redaction.ts';
import { resourceAttributes } from './resource.ts';
import { environment } from './settings/environment.ts';
import { readSettings, type SettingsReport } from './settings/read.ts';
import { createProcessEnd, withDeadline } from './shutdown.ts';
import { createStartLine } from './start-line.ts';
import { activeSpan } from './traces/active-span.ts';
import { startTracing } from './traces/start-tracing.ts';
import { postAtExit } from './transport/exit-post.ts';
import { version } from './version.ts';

/** Bound now, so that an application's fake timers do not become our clock. */
const now = performance.now.bind(performance);

/** sysexits.h: something was found in an unconfigured or misconfigured state. */
const exitMisconfigured = 78;

const scope = { name: '@ykmake/monitoring', version };

/**
 * Starts everything that the environment asks for: reads the settings, builds the parts, and publishes them
 * last. When a part fails, all that was started is taken back and the application runs unmonitored.
 */
export const start = (): Monitoring | undefined => {
  const read = readSettings(environment());
  const { settings, complaints } = read;
  const report = createReport(writeToStandardError, settings.diagnosticLevel === 'none');
  for (const complaint of complaints) report(complaint);
  if (settings.strict && complaints.length > 0) {
    report(`MONITORING_STRICT is set: the process ends with exit code ${exitMisconfigured}`);
    process.exit(exitMisconfigured);
  }
  // Another copy of this package has started: two would count everything twice.
  if (currentMonitoring() !== undefined) return undefined;
  const undo: (() => void)[] = [];
  try {
    return build(read, report, undo);
  } catch (error) {
    for (const step of undo.reverse()) step();
    report(notStarted(error));
    return undefined;
  }
};

const build = (
  { settings, metricsAreClosed }: SettingsReport,
  report: Report,
  undo: (() => void)[],
): Monitoring => {
  const own = createOwnMetrics({
    now,
    httpBuckets: settings.httpBuckets,
    dbBuckets: settings.dbBuckets,
    maxSeries: settings.maxSeries,
    onFirstOverflow: metric => report(lines.overflow(metric, settings.maxSeries)),
    read: settings.metricsExporters.length > 0,
  });
  undo.push(own.stop);
  own.store.buildInfo.set(1, version, process.versions.node);
  const tellOnce = limitPerCause(report, now);
  const failures = createFailures(own.store, tellOnce);

  const modules = createModuleHooks(failures.inHook);
  undo.push(modules.stop);
  const resource = resourceAttributes(settings);
  const { page, pipeline, promClientPatches } = createMetricsPage({
    ...{ own, resource, failures, scope, report, now },
    maxSeries: settings.maxSeries,
  });
  undo.push(() => void pipeline.shutdown());
  const authorize = metricsAreClosed
    ? () => false
    : createAuthorize({ token: settings.metricsToken, basicAuth: settings.metricsBasicAuth });
  const traces = startTracing({
    now,
    settings,
    resource,
    scope,
    loadSdk: files.loadTracesSdk,
    onDropped: (reason, spans) => own.store.dropped.add(spans, 'traces', reason),
    onFailing: (host, error) => report(lines.tracesFailing(host, error)),
    onRecovered: () => report(lines.tracesRecovered()),
  });
  const tracing = traces.running;
  if (tracing !== undefined) undo.push(tracing.stop);
  let redaction: Redaction | undefined;
  const redactionOfLogs = (): Redaction => {
    redaction ??= files.loadLogs().createRedaction(settings.redactKeys);
    return redaction;
  };
  const logs = startLogging({
    settings,
    resource,
    redaction: redactionOfLogs,
    tracing: traces,
    load: files.loadLogs,
    onDropped: (reason, records) => own.store.dropped.add(records, 'logs', reason),
    onFailing: (host, error) => report(lines.logsFailing(host, error)),
    onRecovered: () => report(lines.logsRecovered()),
  });
  undo.push(logs.stop);

  const startLine = createStartLine(settings, { tracing: traces, logging: logs });
  const endpoint = createEndpoint({
    host: settings.prometheusHost,
    port: settings.prometheusPort,
    page,
    authorize,
    retryMs: 5_000,
    onListening: url => [startLine.listening(url), ...startLine.warnings()].forEach(report),
    onUnavailable: error => report(startLine.unavailable(error)),
    onScrape: (outcome, seconds) => {
      own.store.scrapes.add(1, outcome);
      own.store.scrapeDuration.set(seconds);
    },
    onScrapeError: failures.inScrape,
  });

  const processEnd = createProcessEnd(settings.shutdownTimeout, postAtExit);
  const { errors, contexts, emitLogged, onLoggedError } = startErrorReporting({
    ...{ settings, version, failures, processEnd, report, undo },
    service: resource['service.name'] ?? '',
    store: own.store,
    tracing: tracing?.observers,
    emit: logs.emit,
    redaction: redactionOfLogs,
    isLogWanted: () => errorLog.isWanted(),
    logLine: line => errorLog.write(line),
    useLogger: () => logging().logger(),
  });
  const observe = (): void =>
    startObservers({
      settings,
      store: own.store,
      tracing: tracing?.observers,
      contexts,
      requestFailures: errors.onRequestFailure,
      requestLog,
      slowCalls,
      addFamilies: own.addFamilies,
      files: files.observerFiles,
      modules,
      now,
      isOwnServer: server => server === endpoint.server,
      onFailure: failures.inHook,
      tellOnce,
      undo,
    });
  const { logging, requestLog, errorLog, slowCalls, stop } = createPreloadLogging({
    settings,
    service: resource['service.name'] ?? '',
    emit: logs.emit,
    emitLogged,
    onLoggedError,
    report,
    reportOnce: tellOnce,
    processEnd,
    onUsed: () => {
      errors.watchProcess();
      // For logs of requests and slow calls alone nothing is observed before somebody wants it.
      if (!observesAtOnce && (requestLog ?? slowCalls) !== undefined) observe();
    },
    load: files.loadLogger,
  });
  undo.push(stop);
  errors.watchProcess();
  const observesAtOnce =
    settings.metricsExporters.length > 0 ||
    (tracing?.observers ?? contexts) !== undefined ||
    requestLog?.isWanted() === true ||
    slowCalls?.isWanted() === true;
  if (observesAtOnce) observe();
  const bridges = startBridges({
    settings,
    records: emitLogged && {
      emit: emitLogged,
      get redaction() {
        return redactionOfLogs();
      },
      onlyInTraces: logs.emit === undefined,
    },
    onLoggedError,
    activeTrace: activeSpan,
    now: Date.now.bind(Date),
    load: files.loadLoggerBridges,
    onFailure: failures.inHook,
    undo,
  });
  const promPatches = settings.metricsExporters.length > 0 ? promClientPatches : [];
  modules.add([...promPatches, ...bridges]);
  undo.push(
    publishGlobals({
      provider: pipeline.provider,
      tracing: tracing?.register,
      logs: logs.provider,
      diagnosticLevel: settings.diagnosticLevel,
      reportOnce: tellOnce,
      onMetricsTaken: () => report(lines.metricsTaken(traces.metricsBy)),
      script: process.argv[1],
    }),
  );
  const push = pushMetrics({
    settings,
    producer: () => pipeline.load().producer,
    loadSdk: files.loadMetricsSdk,
    onFailed: () => own.store.dropped.add(1, 'metrics', 'export_failed'),
    onFailing: (host, error) => report(lines.exportFailing(host, error)),
    onRecovered: () => report(lines.exportRecovered()),
  });
  if (push !== undefined) undo.push(() => void push.stop(), processEnd.add({ flush: push.flush }));
  // What another SDK takes, it delivers by itself.
  if (tracing !== undefined) undo.push(processEnd.add(tracing));
  if (logs.provider !== undefined) undo.push(processEnd.add(logs));
  if (settings.metricsExporters.includes('prometheus')) endpoint.listen();
  else report(startLine.withoutEndpoint());

  const monitoring: Monitoring = {
    version,
    page,
    authorize,
    activeUsers: own.activeUsers,
    logging,
    errors,
    shutdown: async () => {
      publishMonitoring(undefined);
      const flushed = [errors.flush(), push?.flush(), tracing?.flush(), logs.flush(), endpoint.close()];
      await withDeadline(Promise.all(flushed), settings.shutdownTimeout);
      for (const step of undo.splice(0).reverse()) step();
    },
  };
  publishMonitoring(monitoring);
  return monitoring;
};
