import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type App, startApp } from '../child.ts';
import { faultsOf, moreScrapes } from './faults.ts';
import { type Prometheus, programs, scrapeJob, skip, startPrometheus } from './prometheus-server.ts';

// The page says such a series once for each set, and Prometheus drops all but one of them.

describe('attribute sets that look the same to Prometheus', { skip }, () => {
  let app: App;
  let servers: readonly Prometheus[] = [];
  before(async () => {
    app = await startApp('real-prometheus/look-alikes.mjs');
    const jobs = [scrapeJob('look-alikes', app.metricsUrl)];
    servers = await Promise.all(programs.map(program => startPrometheus(program, jobs)));
    await Promise.all(servers.map(server => moreScrapes(server, 'look-alikes', 2)));
  });
  after(async () => {
    await Promise.all([app?.stop(), ...servers.map(server => server.stop())]);
  });

  test('no sample is lost', async () => {
    for (const server of servers) assert.deepEqual(await faultsOf(server), [], server.version);
  });

  for (const name of ['keys', 'types', 'surrogates', 'empty']) {
    test(`they are one series with the sum of both: ${name}`, async () => {
      for (const server of servers) {
        const answers = await Promise.all(
          ['total', 'size_sum', 'size_count'].map(suffix => server.query(`${name}_${suffix}`)),
        );
        const sums = answers.map(answer => answer.map(({ value }) => value[1]).join());
        assert.deepEqual(sums, ['3', '3', '2'], server.version);
      }
    });
  }

  test('an attribute object that is filled anew counts under what it said each time', async () => {
    for (const server of servers) {
      const answer = await server.query('reused_total');
      const routes = answer.map(({ metric, value }) => `${metric.route} ${value[1]}`);
      assert.deepEqual(routes.sort(), ['/first 1', '/second 1', '/third 1'], server.version);
    }
  });
});
