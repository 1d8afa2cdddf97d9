import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { root, startChild } from '../child.ts';
import { faultsOf, moreScrapes } from './faults.ts';
import { programs, scrapeJob, skip, startPrometheus } from './prometheus-server.ts';

const expected: Readonly<Record<string, readonly RegExp[]>> = {
  good: [],
  twice: [/^twice lost 1 samples$/],
  label: [/^label was down$/, /^label: /],
  quote: [/^quote was down$/, /^quote: /],
  surrogate: [/^surrogate was down$/, /^surrogate: .*invalid UTF-8/],
  empty: [/^empty had an empty page$/],
};
const pages = Object.keys(expected);

test('negative control: Prometheus objects to broken pages', { skip }, async t => {
  const fixture = startChild({ args: [path.join(root, 'test/fixtures/real-prometheus/broken-pages.mjs')] });
  t.after(() => fixture.stop());
  const [, port] = await fixture.output(/^listening (\d+)$/m);
  const jobs = pages.map(page => scrapeJob(page, `http://127.0.0.1:${port}/${page}`));
  const servers = await Promise.all(programs.map(program => startPrometheus(program, jobs)));
  t.after(() => Promise.all(servers.map(server => server.stop())));

  for (const server of servers) {
    await Promise.all(pages.map(page => moreScrapes(server, page, 2)));
    const faults = await faultsOf(server);
    for (const [page, patterns] of Object.entries(expected)) {
      const seen = faults.filter(fault => fault.startsWith(`${page} `) || fault.startsWith(`${page}:`));
      const what = `Prometheus ${server.version} on the ${page} page:\n${faults.join('\n')}`;
      assert.equal(seen.length, patterns.length, what);
      for (const pattern of patterns)
        assert.ok(
          seen.some(fault => pattern.test(fault)),
          what,
        );
    }
  }
});
