/**
 * The metric contract: names, types, labels, buckets. It is public API under SemVer, and everything that
 * speaks of a metric (code, documentation, dashboards, rules) takes it from here.
 */
export interface MetricDefinition<Label extends string = string> {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly Label[];
  /** Label values of the one series that takes what the label-set limit refuses, in the order of `labels`. */
  readonly overflow: readonly string[];
}

export interface HistogramDefinition<Label extends string = string> extends MetricDefinition<Label> {
  readonly type: 'histogram';
  /** Upper bounds in the metric's unit, ascending, without +Inf. */
  readonly buckets: readonly number[];
}

export const httpRequestsTotal: MetricDefinition = {
  name: 'http_requests_total',
  type: 'counter',
  help: 'Total number of HTTP requests',
  labels: ['method', 'path', 'status'],
  overflow: ['_OTHER', 'other', 'other'],
};

export const httpRequestDuration: HistogramDefinition = {
  name: 'http_request_duration_seconds',
  type: 'histogram',
  help: 'HTTP request duration in seconds',
  labels: ['method', 'path', 'status'],
  overflow: ['_OTHER', 'other', 'other'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10],
};

export const httpRequestsInFlight: MetricDefinition = {
  name: 'http_requests_in_flight',
  type: 'gauge',
  help: 'Number of HTTP requests being served',
  labels: ['method'],
  overflow: ['_OTHER'],
};

export const activeUsers: MetricDefinition = {
  name: 'active_users',
  type: 'gauge',
  help: 'Number of active users',
  labels: [],
  overflow: [],
};

export const dbQueryDuration: HistogramDefinition = {
  name: 'db_query_duration_seconds',
  type: 'histogram',
  help: 'Database query duration in seconds',
  labels: ['operation', 'table'],
  overflow: ['other', 'other'],
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
};

export const dbQueryErrorsTotal: MetricDefinition = {
  name: 'db_query_errors_total',
  type: 'counter',
  help: 'Total number of failed database queries',
  labels: ['operation', 'table'],
  overflow: ['other', 'other'],
};

/** Named as OpenTelemetry's `http.client.request.duration` is for Prometheus. */
export const httpClientRequestDuration: HistogramDefinition = {
  name: 'http_client_request_duration_seconds',
  type: 'histogram',
  help: 'Duration of outgoing HTTP requests in seconds',
  labels: ['http_request_method', 'server_address', 'http_response_status_code'],
  overflow: ['_OTHER', 'other', 'other'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10],
};

/** Named as OpenTelemetry's `db.client.connection.*` are for Prometheus. */
export const dbConnectionsCount: MetricDefinition = {
  name: 'db_client_connection_count',
  type: 'gauge',
  help: 'Connections of a database pool, used and idle',
  labels: ['db_client_connection_pool_name', 'db_client_connection_state'],
  overflow: ['other', 'other'],
};

export const dbConnectionsPending: MetricDefinition = {
  name: 'db_client_connection_pending_requests',
  type: 'gauge',
  help: 'Requests that wait for a connection of a database pool',
  labels: ['db_client_connection_pool_name'],
  overflow: ['other'],
};

export const dbConnectionsMax: MetricDefinition = {
  name: 'db_client_connection_max',
  type: 'gauge',
  help: 'Connections that a database pool may have',
  labels: ['db_client_connection_pool_name'],
  overflow: ['other'],
};

export const buildInfo: MetricDefinition = {
  name: 'monitoring_build_info',
  type: 'gauge',
  help: 'Version of @ykmake/monitoring and of Node.js, always 1',
  labels: ['version', 'node'],
  overflow: ['other', 'other'],
};

export const droppedTotal: MetricDefinition = {
  name: 'monitoring_dropped_total',
  type: 'counter',
  help: 'Telemetry that was dropped instead of delivered',
  labels: ['signal', 'reason'],
  overflow: ['other', 'other'],
};

export const droppedLabelSetsTotal: MetricDefinition = {
  name: 'monitoring_dropped_label_sets_total',
  type: 'counter',
  help: 'Measurements counted in the overflow label set because the metric holds MONITORING_MAX_SERIES label sets',
  labels: ['metric'],
  overflow: ['other'],
};

export const scrapesTotal: MetricDefinition = {
  name: 'monitoring_scrapes_total',
  type: 'counter',
  help: 'Scrapes of the metrics endpoint',
  labels: ['outcome'],
  overflow: ['other'],
};

export const scrapeDuration: MetricDefinition = {
  name: 'monitoring_scrape_duration_seconds',
  type: 'gauge',
  help: 'Time it took to produce the last metrics page, in seconds',
  labels: [],
  overflow: [],
};

export const hookFailuresTotal: MetricDefinition = {
  name: 'monitoring_hook_failures_total',
  type: 'counter',
  help: 'Failures of the package inside a hook of the application; the application was not affected',
  labels: ['hook'],
  overflow: ['other'],
};

export const errorEventsTotal: MetricDefinition = {
  name: 'monitoring_error_events_total',
  type: 'counter',
  help: 'Unexpected errors of the application, by what became of them in Sentry',
  labels: ['outcome'],
  overflow: ['other'],
};

export const alertsTotal: MetricDefinition = {
  name: 'monitoring_alerts_total',
  type: 'counter',
  help: 'Alerts to Slack, by what became of them',
  labels: ['outcome'],
  overflow: ['other'],
};
