import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type App, startApp } from '../child.ts';
import { objectionsOf, skipWithoutPromtool } from '../real-prometheus/promtool.ts';
import { named, seriesOfPage } from '../real-prometheus/series.ts';

interface Case {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
  /** Response headers; `undefined`: not there. */
  readonly expected?: Readonly<Record<string, string | undefined>>;
}

const token = 'opens-the-endpoint';
const authorization = `Bearer ${token}`;
const text = 'text/plain; version=0.0.4; charset=utf-8';
const openMetrics = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

const cases: readonly Case[] = [
  // without a check of the application's own the token settings decide
  { path: 'token-settings', status: 401, expected: { 'www-authenticate': 'Bearer, Basic realm="metrics"' } },
  { path: 'token-settings', headers: { authorization: `${authorization}x` }, status: 401 },
  { path: 'token-settings', headers: { authorization }, status: 200 },
  // with one it alone decides
  { path: 'yes', status: 200, expected: { 'content-type': text, vary: 'Accept, Accept-Encoding' } },
  { path: 'yes', headers: { authorization: 'Bearer wrong' }, status: 200 },
  { path: 'yes-later', status: 200 },
  { path: 'no', status: 401, expected: { 'www-authenticate': undefined } },
  { path: 'no', headers: { authorization }, status: 401 },
  { path: 'no-later', status: 401 },
  { path: 'no-answer', status: 401 },
  { path: 'admin', headers: { 'x-role': 'admin' }, status: 200 },
  { path: 'admin', headers: { 'x-role': 'user' }, status: 401 },
  // a check that throws
  { path: 'login', status: 302, expected: { location: '/login', 'set-cookie': 'back=metrics, hint=1' } },
  { path: 'login-later', status: 303, expected: { location: '/login' } },
  { path: 'broken', status: 500 },
  { path: 'broken-later', status: 500 },
  // the form of the page
  { path: 'yes', headers: { accept: openMetrics }, status: 200, expected: { 'content-type': openMetrics } },
  { path: 'yes', headers: { accept: 'text/html, */*' }, status: 200, expected: { 'content-type': text } },
  {
    path: 'yes',
    headers: { 'accept-encoding': 'gzip' },
    status: 200,
    expected: { 'content-encoding': 'gzip' },
  },
  {
    path: 'yes',
    headers: { 'accept-encoding': 'identity' },
    status: 200,
    expected: { 'content-encoding': undefined },
  },
];

/** Counted when a request has ended: what is under way, and what the endpoint counts of itself, differ. */
const settled = /^(http_requests_total|http_request_duration_seconds.*|monitoring_build_info)$/;
const familiesOf = (page: string): readonly string[] =>
  page.split('\n').filter(line => line.startsWith('# '));

for (const { framework, script, handled } of [
  { framework: 'Express 5', script: 'express.mjs', handled: /^handled by the application$/ },
  { framework: 'Hono', script: 'hono.mjs', handled: /^handled by the application$/ },
  { framework: 'React Router', script: 'react-router.mjs', handled: /^Unexpected Server Error/ },
]) {
  describe(`the metrics as a route of ${framework}`, () => {
    let app: App;
    before(async () => {
      app = await startApp(`fetch-api/${script}`, { env: { MONITORING_METRICS_TOKEN: token } });
    });
    after(() => app?.stop());
    const get = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
      fetch(`${app.url}/metrics/${path}`, { headers, redirect: 'manual' });
    const endpoint = async (accept: string): Promise<string> =>
      (await fetch(app.metricsUrl, { headers: { authorization, accept } })).text();

    for (const { path, headers = {}, status, expected = {} } of cases) {
      const [given = ''] = Object.entries(headers).map(([name, value]) => ` with ${name}: ${value}`);
      test(`${path}${given}: ${status}`, async () => {
        const response = await get(path, headers);
        const body = await response.text();
        assert.equal(response.status, status, body);
        for (const [name, value] of Object.entries(expected))
          assert.equal(response.headers.get(name) ?? undefined, value, name);
        assert.equal(/^# TYPE monitoring_build_info gauge$/m.test(body), status === 200, body);
        assert.doesNotMatch(body, /secret/);
        if (status === 500) assert.match(body, handled);
      });
    }

    for (const accept of [text, openMetrics]) {
      test(`it is the page of the endpoint: ${accept}`, async () => {
        await endpoint(accept);
        await (await get('yes')).text();
        const expected = await endpoint(accept);
        const page = await (await get('yes', { accept })).text();
        assert.deepEqual(familiesOf(page), familiesOf(expected));
        assert.deepEqual(named(seriesOfPage(page), settled), named(seriesOfPage(expected), settled));
        assert.ok(named(seriesOfPage(page), /^http_requests_total$/).size >= 3);
      });
    }

    test('promtool accepts it', { skip: skipWithoutPromtool }, async () => {
      assert.deepEqual(objectionsOf(await (await get('yes')).text()), []);
    });

    test('the route counts like any other', async () => {
      const page = seriesOfPage(await endpoint(text));
      const counted = [...named(page, /^http_requests_total$/)].filter(([key]) =>
        key.includes('"/metrics/yes"'),
      );
      assert.equal(counted.length, 1, JSON.stringify(counted));
      assert.ok((counted[0]?.[1] ?? 0) >= 6);
    });
  });
}
