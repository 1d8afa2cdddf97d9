/**
 * Where the metrics are: what the preload says, else what the environment says.
 *
 * @param {Record<string, string | undefined>} env
 * @param {string[]} lines what the application has written on stderr so far
 * @returns {string | undefined} undefined when there is no page to read: the port is taken or not known yet
 */
export function metricsAddress(env, lines) {
  const said = lines.filter(line => line.startsWith('[monitoring]'));
  if (said.some(line => /EADDRINUSE|in use|taken/.test(line))) return undefined;
  const address = said.map(line => /https?:\/\/\S+?\/metrics/.exec(line)?.[0]).find(Boolean);
  if (address) return address;

  const port = env.OTEL_EXPORTER_PROMETHEUS_PORT || '9464';
  const host = env.OTEL_EXPORTER_PROMETHEUS_HOST || '127.0.0.1';
  return port === '0' ? undefined : `http://${reachable(host)}:${port}/metrics`;
}

/** A server on every interface is reached on the loopback one. */
function reachable(host) {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
