/**
 * The SDK as its documentation starts it, for pg alone: spans to OTEL_EXPORTER_OTLP_ENDPOINT where that is set, and the
 * instrumentation's metrics for Prometheus, which nobody asks for.
 */
const { PrometheusExporter } = require('@opentelemetry/exporter-prometheus');
const { PgInstrumentation } = require('@opentelemetry/instrumentation-pg');
const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-proto');
const { NodeSDK } = require('@opentelemetry/sdk-node');
const { BatchSpanProcessor } = require('@opentelemetry/sdk-trace');

const traced = process.env.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined;
new NodeSDK({
  spanProcessors: traced ? [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })] : [],
  metricReaders: [new PrometheusExporter({ preventServerStart: true })],
  logRecordProcessors: [],
  instrumentations: [new PgInstrumentation()],
}).start();
