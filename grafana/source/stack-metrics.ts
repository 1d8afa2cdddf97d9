/** Names that are not the catalogue's: of Prometheus, Alertmanager and the Collector, and of targets in general. */
export const up = 'up';
export const scrapeDuration = 'scrape_duration_seconds';
export const scrapedSamples = 'scrape_samples_scraped';
/** What OpenTelemetry calls the application; on its own metrics page. */
export const targetInfo = 'target_info';

export type Signal = 'spans' | 'log_records' | 'metric_points';
export const signals: readonly Signal[] = ['spans', 'log_records', 'metric_points'];

export const collector: {
  readonly accepted: (signal: Signal) => string;
  readonly refused: (signal: Signal) => string;
  readonly sent: (signal: Signal) => string;
  readonly sendFailed: (signal: Signal) => string;
  readonly enqueueFailed: (signal: Signal) => string;
  readonly queueSize: string;
  readonly queueCapacity: string;
  readonly memory: string;
} = {
  accepted: signal => `otelcol_receiver_accepted_${signal}_total`,
  refused: signal => `otelcol_receiver_refused_${signal}_total`,
  sent: signal => `otelcol_exporter_sent_${signal}_total`,
  sendFailed: signal => `otelcol_exporter_send_failed_${signal}_total`,
  enqueueFailed: signal => `otelcol_exporter_enqueue_failed_${signal}_total`,
  queueSize: 'otelcol_exporter_queue_size',
  queueCapacity: 'otelcol_exporter_queue_capacity',
  memory: 'otelcol_process_memory_rss_bytes',
};

export const prometheusServer = {
  headSeries: 'prometheus_tsdb_head_series',
  reloadSuccessful: 'prometheus_config_last_reload_successful',
  ruleFailures: 'prometheus_rule_evaluation_failures_total',
  missedIterations: 'prometheus_rule_group_iterations_missed_total',
  ruleGroupDuration: 'prometheus_rule_group_last_duration_seconds',
  notificationErrors: 'prometheus_notifications_errors_total',
  notificationsSent: 'prometheus_notifications_sent_total',
  notificationsDropped: 'prometheus_notifications_dropped_total',
} as const;

export const alertmanager = {
  notifications: 'alertmanager_notifications_total',
  failed: 'alertmanager_notifications_failed_total',
} as const;
