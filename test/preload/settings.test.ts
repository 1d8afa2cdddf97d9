import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { register, root, startApp, startChild } from '../child.ts';
import { assertLines, reported } from './reported.ts';

const fixture = (name: string): string => path.join(root, 'test/fixtures/preload', name);

const bad = {
  OTEL_EXPORTER_PROMETHEUS_PORT: '94640',
  OTEL_METRICS_EXPORTER: 'prometheus,graphite',
  MONITORING_HTTP_BUCKETS: '1,2,two',
  MONITORING_SHUTDOWN_TIMEOUT: '-1',
  MONITORING_METRICS_TOKEN: 'two words',
  MONITORING_METRIC_TOKEN: 'x',
};

const complaints = [
  /^\[monitoring\] OTEL_METRICS_EXPORTER="prometheus,graphite" is not .*: using prometheus$/,
  /^\[monitoring\] OTEL_EXPORTER_PROMETHEUS_PORT="94640" is not a port \(0 to 65535\): using 9464$/,
  /^\[monitoring\] MONITORING_METRICS_TOKEN=\(hidden\) is not .*: /,
  /^\[monitoring\] MONITORING_HTTP_BUCKETS="1,2,two" is not .*: using /,
  /^\[monitoring\] MONITORING_SHUTDOWN_TIMEOUT="-1" is not .*: using 5000$/,
  /^\[monitoring\] MONITORING_METRIC_TOKEN is not a setting; did you mean MONITORING_METRICS_TOKEN\?$/,
];

/** Runs the fixture that says what a preload has left in the process. */
const leftBehind = async (env: Readonly<Record<string, string>>, options = ['--import', register]) => {
  const child = startChild({
    args: [...options, fixture('left-behind.mjs')],
    env: { OTEL_EXPORTER_PROMETHEUS_PORT: '0', ...env },
  });
  try {
    return { exit: await child.exit(), stdout: child.stdout(), lines: reported(child) };
  } finally {
    await child.stop();
  }
};

describe('settings', { concurrency: 2 }, () => {
  test('a bad value costs one line, and the default is used', async () => {
    const { exit, stdout, lines } = await leftBehind(bad);
    assert.equal(exit.code, 0);
    assert.match(stdout, /"answer":"served"/);
    for (const complaint of complaints) {
      assert.equal(lines.filter(line => complaint.test(line)).length, 1, `${complaint}\n${lines.join('\n')}`);
    }
    assert.equal(lines.length, complaints.length + 1, lines.join('\n'));
    assert.doesNotMatch(lines.join('\n'), /two words/);
  });

  test('MONITORING_STRICT ends the process before the first line of the application', async () => {
    const { exit, stdout, lines } = await leftBehind({ ...bad, MONITORING_STRICT: '1' });
    assert.deepEqual({ code: exit.code, stdout }, { code: 78, stdout: '' });
    assert.equal(lines.at(-1), '[monitoring] MONITORING_STRICT is set: the process ends with exit code 78');
    assert.equal((await leftBehind({ MONITORING_STRICT: '1' })).exit.code, 0, 'control: good settings');
  });

  test('OTEL_SDK_DISABLED leaves the process as it is', async () => {
    const guest = await leftBehind({ OTEL_SDK_DISABLED: 'true' });
    assertLines(guest.lines, [/^\[monitoring\] off: OTEL_SDK_DISABLED is true$/]);
    assert.deepEqual({ ...guest, lines: [] }, await leftBehind({}, []));
  });

  test('OTEL_METRICS_EXPORTER=none observes nothing and opens no port', async () => {
    const { stdout, lines } = await leftBehind({ OTEL_METRICS_EXPORTER: 'none' });
    assertLines(lines, [/^\[monitoring\] no metrics endpoint; off: endpoint \(OTEL_METRICS_EXPORTER=none\)/]);
    assert.match(stdout, /"channels":\[\].*"listeners":\[\],"resources":\["TCPServerWrap"\]/);
  });

  test('OTEL_LOG_LEVEL=none prints nothing at all, and the page is served', async () => {
    const silent = { ...bad, OTEL_LOG_LEVEL: 'none', OTEL_EXPORTER_PROMETHEUS_HOST: '192.0.2.1' };
    const { exit, lines } = await leftBehind(silent);
    assert.deepEqual({ code: exit.code, lines }, { code: 0, lines: [] });
  });

  test('a label set too many is said once', async () => {
    const app = await startApp('preload/serve.mjs', { env: { MONITORING_MAX_SERIES: '1' } });
    try {
      for (const method of ['GET', 'POST', 'PUT']) await (await fetch(app.url, { method })).text();
      await app.scrape();
      const said = reported(app).filter(line => line.includes('MONITORING_MAX_SERIES'));
      const metrics = said.map(line => line.split(' ')[1]);
      assert.equal(new Set(metrics).size, metrics.length, app.stderr());
    } finally {
      await app.stop();
    }
  });
});
