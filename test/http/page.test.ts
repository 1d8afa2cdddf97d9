import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { fixtureNode, startApp } from '../child.ts';

const nodeVersion = execFileSync(fixtureNode, ['-p', 'process.versions.node'], { encoding: 'utf8' }).trim();

/** Durations differ from run to run: what lies in a finite bucket and the sums are replaced by a dot. */
const withoutDurations = (page: string): string =>
  page
    .replace(/^(\S+_bucket\{.*le="[\d.]+"\}) \d+$/gm, '$1 ·')
    .replace(/^(\S+_sum(?:\{.*\})?) \S+$/gm, '$1 ·')
    .replace(/^(monitoring_scrape_duration_seconds) \S+$/gm, '$1 ·');

/** Those of process and Node.js have suites of their own. */
const withoutRuntime = (page: string): string =>
  page.replace(/^(?:# (?:HELP|TYPE) )?(?:process|nodejs)_.*\n/gm, '');

const bounds = ['0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '2', '5', '10'];

const histogram = (labels: string, count: number): string =>
  [
    ...bounds.map(le => `http_request_duration_seconds_bucket{${labels},le="${le}"} ·`),
    `http_request_duration_seconds_bucket{${labels},le="+Inf"} ${count}`,
    `http_request_duration_seconds_sum{${labels}} ·`,
    `http_request_duration_seconds_count{${labels}} ${count}`,
  ].join('\n');

test('the whole page of an application, with the default buckets and nothing else on it but the runtime', async () => {
  const app = await startApp('http/raw.mjs');
  try {
    for (const target of ['/ok', '/ok', '/users/42', '/nowhere'])
      await (await fetch(app.url + target)).text();
    await app.scrape();
    const response = await fetch(app.metricsUrl);
    assert.equal(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
    assert.equal(
      withoutDurations(withoutRuntime(await response.text())),
      `# HELP http_requests_total Total number of HTTP requests
# TYPE http_requests_total counter
http_requests_total{method="GET",path="/ok",status="200"} 2
http_requests_total{method="GET",path="/users/:id",status="200"} 1
http_requests_total{method="GET",path="unmatched",status="404"} 1
# HELP http_request_duration_seconds HTTP request duration in seconds
# TYPE http_request_duration_seconds histogram
${histogram('method="GET",path="/ok",status="200"', 2)}
${histogram('method="GET",path="/users/:id",status="200"', 1)}
${histogram('method="GET",path="unmatched",status="404"', 1)}
# HELP http_requests_in_flight Number of HTTP requests being served
# TYPE http_requests_in_flight gauge
http_requests_in_flight{method="GET"} 0
# HELP monitoring_build_info Version of @ykmake/monitoring and of Node.js, always 1
# TYPE monitoring_build_info gauge
monitoring_build_info{version="0.1.0",node="${nodeVersion}"} 1
# HELP monitoring_scrapes_total Scrapes of the metrics endpoint
# TYPE monitoring_scrapes_total counter
monitoring_scrapes_total{outcome="ok"} 1
# HELP monitoring_scrape_duration_seconds Time it took to produce the last metrics page, in seconds
# TYPE monitoring_scrape_duration_seconds gauge
monitoring_scrape_duration_seconds ·
# HELP target_info Target metadata
# TYPE target_info gauge
target_info{service_name="@ykmake/monitoring",telemetry_sdk_language="nodejs",telemetry_sdk_name="opentelemetry",telemetry_distro_name="@ykmake/monitoring",telemetry_distro_version="0.1.0"} 1
`,
    );
  } finally {
    await app.stop();
  }
});

test('other buckets by setting: the five of the original dashboards', async () => {
  const app = await startApp('http/raw.mjs', { env: { MONITORING_HTTP_BUCKETS: '.1,.5,1,2,5' } });
  try {
    await (await fetch(`${app.url}/ok`)).text();
    const found = [...(await app.scrape()).matchAll(/http_request_duration_seconds_bucket\{.*le="([^"]+)"/g)];
    assert.deepEqual(
      found.map(([, le]) => le),
      ['0.1', '0.5', '1', '2', '5', '+Inf'],
    );
  } finally {
    await app.stop();
  }
});
