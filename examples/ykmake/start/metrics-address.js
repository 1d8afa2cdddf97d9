/**
 * Where the metrics are: what the preload says, else what the environment says.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {string[]} said the lines of the preload so far
 * @returns {string | undefined} undefined when no page is served: the port is taken, or not known yet
 */
export function metricsAddress(env, said) {
  const line = said.findLast(text => ADDRESS.test(text) || NOT_SERVED.test(text));
  if (line) {
    const [, host, rest] = ADDRESS.exec(line) ?? [];
    return host && `http://${reachable(host)}${rest}`;
  }
  const port = env.OTEL_EXPORTER_PROMETHEUS_PORT || '9464';
  const host = env.OTEL_EXPORTER_PROMETHEUS_HOST || '127.0.0.1';
  if (port === '0') return undefined;
  return `http://${reachable(host.includes(':') ? `[${host}]` : host)}:${port}/metrics`;
}

const ADDRESS = /http:\/\/(\[[^\]\s]+\]|[^:/\s]+)(:\d+\/metrics)/;
const NOT_SERVED = /not served|no metrics endpoint/;

/** A server on every interface is reached on the loopback one. */
function reachable(host) {
  return host === '0.0.0.0' || host === '[::]' ? '127.0.0.1' : host;
}

/** What the page asks for when a setting of the preload guards it. */
export function authorization({ MONITORING_METRICS_TOKEN: token, MONITORING_METRICS_BASIC_AUTH: basic }) {
  if (token) return `Bearer ${token}`;
  return basic && `Basic ${Buffer.from(basic).toString('base64')}`;
}
