import type { Failures } from './failures.ts';
import type { Report } from './host/report.ts';
import { createPromClient, type PromClient } from './instrumentations/prom-client/prom-client.ts';
import { loadMetricsSdk } from './lazy-files.ts';
import * as lines from './lines.ts';
import { createLazyPipeline, type LazyPipeline } from './metrics/lazy-pipeline.ts';
import type { OwnMetrics } from './metrics/own-metrics.ts';
import { createPage, type Page, type PageRequest } from './prometheus/page.ts';
import { targetInfo } from './prometheus/target-info.ts';

export interface MetricsPageOptions {
  readonly own: OwnMetrics;
  readonly resource: Readonly<Record<string, string>>;
  /** Of the application's metrics. */
  readonly maxSeries: number;
  readonly failures: Failures;
  readonly scope: { readonly name: string; readonly version: string };
  readonly report: Report;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

export interface MetricsPage {
  readonly page: (request: PageRequest) => Promise<Page>;
  /** Of what the application measures by OpenTelemetry's API. */
  readonly pipeline: LazyPipeline;
  readonly promClientPatches: PromClient['patches'];
}

/** Our metrics, and those that the application makes by OpenTelemetry's API and by prom-client, on one page. */
export const createMetricsPage = (options: MetricsPageOptions): MetricsPage => {
  const { own, resource, failures, scope, report, now } = options;
  const promClient = createPromClient({
    isOurs: own.isOurs,
    timeoutMs: 1_000,
    onShadowed: names => report(lines.shadowedByPromClient(names)),
    onSkipped: names => report(lines.shownOnce(names)),
    onError: failures.inCallback,
  });
  const pipeline = createLazyPipeline(() =>
    loadMetricsSdk().createPipeline({
      resource,
      scope,
      families: own.families,
      promClient: promClient.collect,
      limit: options.maxSeries,
      onOverflow: own.store.countOverflow,
      onInvalid: failures.inMeasurement,
      onCallbackFailed: failures.inCallback,
    }),
  );
  const info = targetInfo(resource);
  const page = createPage({
    readOwn: () => [...own.families(), info],
    collectSdk: pipeline.collect,
    collectForeign: promClient.collect,
    isOurs: own.isOurs,
    onShadowed: failures.shadowed,
    now,
  });
  return { page, pipeline, promClientPatches: promClient.patches };
};
