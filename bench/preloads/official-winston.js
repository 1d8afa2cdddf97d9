/** The SDK with the official bridge from winston: batches of records to OTEL_EXPORTER_OTLP_ENDPOINT, as protobuf. */
const { logs } = require('@opentelemetry/api-logs');
const { OTLPLogExporter } = require('@opentelemetry/exporter-logs-otlp-proto');
const { WinstonInstrumentation } = require('@opentelemetry/instrumentation-winston');
const { BatchLogRecordProcessor, LoggerProvider } = require('@opentelemetry/sdk-logs');

// Registered by hand: the SDK of this version does not register where the bridge looks, and nothing would arrive.
logs.setGlobalLoggerProvider(
  new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter() })] }),
);
new WinstonInstrumentation().enable();
