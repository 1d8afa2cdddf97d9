import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from '../child.ts';
import { metric } from '../page.ts';
import { moreScrapes } from './faults.ts';
import { programs, scrapeJob, skip, startPrometheus } from './prometheus-server.ts';

const token = 'aZ09-._~+/:,;"{}==';
const password = 'pass:wörd';
const files = { token, password, wrong: `${token}x`, empty: '' };

/** How Prometheus proves who it is, by job; paths are relative to its configuration. */
const jobs: Readonly<Record<string, { readonly auth: object; readonly up: boolean }>> = {
  bearer: { auth: { authorization: { credentials_file: 'token' } }, up: true },
  basic: { auth: { basic_auth: { username: 'prometheus', password_file: 'password' } }, up: true },
  'wrong-bearer': { auth: { authorization: { credentials_file: 'wrong' } }, up: false },
  'wrong-scheme': { auth: { authorization: { type: 'Token', credentials_file: 'token' } }, up: false },
  'wrong-password': { auth: { basic_auth: { username: 'prometheus', password_file: 'wrong' } }, up: false },
  'wrong-user': { auth: { basic_auth: { username: 'grafana', password_file: 'password' } }, up: false },
  'empty-password': { auth: { basic_auth: { username: 'prometheus', password_file: 'empty' } }, up: false },
  none: { auth: {}, up: false },
};

test('Prometheus is let in with a credentials file or a password file, and only then', { skip }, async t => {
  const app = await startApp('real-prometheus/delays.mjs', {
    env: { MONITORING_METRICS_TOKEN: token, MONITORING_METRICS_BASIC_AUTH: `prometheus:${password}` },
  });
  t.after(() => app.stop());
  const scrapes = Object.entries(jobs).map(([name, { auth }]) => scrapeJob(name, app.metricsUrl, auth));
  const servers = await Promise.all(programs.map(program => startPrometheus(program, scrapes, files)));
  t.after(() => Promise.all(servers.map(server => server.stop())));

  for (const server of servers) {
    await Promise.all(Object.keys(jobs).map(job => moreScrapes(server, job, 2)));
    const targets = await server.targets();
    for (const [name, { up }] of Object.entries(jobs)) {
      const what = `${name} on Prometheus ${server.version}`;
      const [lowest] = await server.query(`min_over_time(up{job="${name}"}[1h])`);
      const [highest] = await server.query(`max_over_time(up{job="${name}"}[1h])`);
      assert.deepEqual([lowest?.value[1], highest?.value[1]], up ? ['1', '1'] : ['0', '0'], what);
      const target = targets.find(({ labels }) => labels.job === name);
      assert.match(target?.lastError ?? '', up ? /^$/ : /401 Unauthorized/, what);
    }
  }
  const page = await (
    await fetch(app.metricsUrl, {
      headers: { authorization: `Bearer ${token}` },
    })
  ).text();
  const scraped = metric(page, 'monitoring_scrapes_total');
  assert.ok((scraped['{outcome="ok"}'] ?? 0) >= 4 * servers.length, JSON.stringify(scraped));
  assert.ok((scraped['{outcome="unauthorized"}'] ?? 0) >= 12 * servers.length, JSON.stringify(scraped));
});
