/** The SDK with its own Prometheus exporter, as its documentation shows. The application follows as an argument of node. */
const { metrics } = require('@opentelemetry/api');
const { PrometheusExporter } = require('@opentelemetry/exporter-prometheus');
const { MeterProvider } = require('@opentelemetry/sdk-metrics');

const exporter = new PrometheusExporter({
  host: '127.0.0.1',
  port: Number(process.env.OTEL_EXPORTER_PROMETHEUS_PORT),
});
// The SDK holds 2,000 label sets per metric unless a view says otherwise.
const views = [{ meterName: 'bench', aggregationCardinalityLimit: 1_000_000 }];
metrics.setGlobalMeterProvider(new MeterProvider({ readers: [exporter], views }));
