import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { root, startChild } from '../../child.ts';
import { containerOf, named } from './manifests.ts';

const container = containerOf(named('Deployment', 'ykmake'));
const token = 'of-the-secret';

/** The variables of the Deployment, with what only a cluster knows filled in, and on any free ports of this machine. */
const variables = (options: string | undefined): Readonly<Record<string, string>> => {
  const given: Record<string, string> = {
    ...{ POD_NAME: 'ykmake-1', POD_NAMESPACE: 'shop', NODE_NAME: 'node-1', MONITORING_METRICS_TOKEN: token },
  };
  for (const { name, value } of container.env)
    if (value !== undefined) given[name] = value.replace(/\$\((\w+)\)/g, (_, other) => given[other] ?? '');
  return {
    ...given,
    ...{ HOST: '127.0.0.1', PORT: '0', OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1' },
    ...{ OTEL_EXPORTER_PROMETHEUS_PORT: '0', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' },
    ...{ MONITORING_STRICT: 'true', ...(options === undefined ? {} : { NODE_OPTIONS: options }) },
  };
};

const [, ...args] = container.command ?? [];

describe('the Deployment of Kubernetes', () => {
  it('starts the example under the preload, behind the token, with probes that are answered', async () => {
    const child = startChild({ args, cwd: root, env: variables(undefined) });
    try {
      const [, metricsUrl = ''] = await child.output(/metrics at (http:\S+?);/);
      const [, url = ''] = await child.output(/YkMake listens on (http:\S+)/);
      assert.equal((await fetch(url + container.readinessProbe?.httpGet?.path)).status, 200);
      assert.equal((await fetch(metricsUrl)).status, 401);
      const answer = await fetch(metricsUrl, { headers: { authorization: `Bearer ${token}` } });
      const page = await answer.text();
      assert.equal(answer.status, 200);
      assert.match(page, /^http_requests_total\{method="GET",path="\/health",status="200"\} 1$/m);
      // The logger writes JSON to stdout, and nothing to files.
      assert.match(child.stdout(), /^\{.*"message":"started"/m);
    } finally {
      await child.stop();
    }
  });

  it('would not start where the package is not found from the working directory (control)', async () => {
    const child = startChild({
      args: ['-e', '0'],
      cwd: '/',
      env: variables(container.env.find(({ name }) => name === 'NODE_OPTIONS')?.value),
    });
    const { code } = await child.exit(20_000);
    assert.notEqual(code, 0);
    assert.match(child.stderr(), /Cannot find package '@ykmake\/monitoring'/);
  });
});
