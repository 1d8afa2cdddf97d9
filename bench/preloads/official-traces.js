/** The SDK as its documentation starts it, for traces alone: batches of spans to OTEL_EXPORTER_OTLP_ENDPOINT, as protobuf. */
const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-proto');
const { NodeSDK } = require('@opentelemetry/sdk-node');
const { BatchSpanProcessor } = require('@opentelemetry/sdk-trace');

exports.start = instrumentations => {
  const spanProcessors = [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })];
  new NodeSDK({ spanProcessors, metricReaders: [], logRecordProcessors: [], instrumentations }).start();
};
