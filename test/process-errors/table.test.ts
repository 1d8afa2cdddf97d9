import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { register } from '../child.ts';
import { withServices } from '../errors/services.ts';
import { type NodeVersion, node22, node22Old, node24, node26, testOn } from '../node-versions.ts';
import { type BuiltPreload, buildPreload } from './preload.ts';
import { type Run, runToEnd } from './run.ts';
import { startSinkServer } from './sink-server.ts';
import { modes, type Row, table } from './table.ts';

let preload: BuiltPreload;
before(async () => {
  preload = await buildPreload();
});
after(() => preload.remove());

const runOf = ({ way, options, signal }: Row, node: string): Run => ({
  way,
  node,
  ...(options === undefined ? {} : { options }),
  ...(signal === undefined ? {} : { whenReady: child => void child.process.kill(signal) }),
});

const plainRuns = new Map<string, ReturnType<typeof runToEnd>>();

/** Once for all that are compared with it. */
const runPlain = (row: Row, node: string): ReturnType<typeof runToEnd> => {
  const key = `${node} ${titled(row)}`;
  const run = plainRuns.get(key) ?? runToEnd(runOf(row, node));
  plainRuns.set(key, run);
  return run;
};

/** The row with the hooks and without: the same to be seen, and exactly what is expected told. */
const check = async (row: Row, node: string): Promise<void> => {
  const server = await startSinkServer();
  try {
    const [plain, ours] = await Promise.all([
      runPlain(row, node),
      runToEnd({ ...runOf(row, node), preload: preload.file, env: { TEST_SINKS: server.url } }),
    ]);
    assert.deepEqual(ours.seen, plain.seen);
    assert.deepEqual([...server.received].sort(), [...row.told].sort());
  } finally {
    server.stop();
  }
};

const titled = ({ way, options = [], signal }: Row): string =>
  [way, ...options, signal ?? ''].join(' ').trim();

const onEach = (rows: readonly Row[], versions: readonly NodeVersion[]): void => {
  for (const version of versions) {
    for (const row of rows) testOn(version, titled(row), node => check(row, node));
  }
};

describe('a process ends as it does without the hooks, and tells of its errors once', {
  concurrency: 2,
}, () => {
  onEach(table, [node24]);
  onEach(
    table.filter(({ way }) => /^rejection|context/.test(way)),
    [node22Old, node22, node26],
  );
});

/** The same with the whole preload, and Sentry, Slack and a directory for logs: each is told once. */
const checkPreload = (row: Row, node: string): Promise<void> =>
  withServices(async ({ env, sentry, slack, lines, shown }) => {
    const receiver = await startSinkServer();
    const all = { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_EXPORTER_PROMETHEUS_PORT: '0' };
    try {
      const [plain, ours] = await Promise.all([
        runPlain(row, node),
        runToEnd({ ...runOf(row, node), preload: register, env: all }),
      ]);
      assert.deepEqual(ours.seen, plain.seen);
      const errors = row.told.filter(text => !text.startsWith('warning'));
      assert.deepEqual(
        lines().map(({ source }) => source),
        errors.map(text => text.split(' ')[0]),
        shown(),
      );
      // What was on its way when the process ended is sent again.
      const events = new Set(sentry.events.map(({ event_id }) => event_id));
      const messages = new Set(slack.messages.map(({ payload }) => JSON.stringify(payload)));
      assert.deepEqual([events.size, messages.size], [errors.length, errors.length], shown());
    } finally {
      receiver.stop();
    }
  });

describe('the same with the whole preload', { concurrency: 2 }, () => {
  for (const row of table) {
    if (/winston|cluster|string|undefined|context/.test(row.way) || row.options !== undefined) continue;
    testOn(node24, titled(row), node => checkPreload(row, node));
  }
});

describe('modes of --unhandled-rejections', { concurrency: 2 }, () => {
  // Not 22.15: in the mode `strict` it aborts once an application that has survived connects to anything in a promise.
  onEach(modes, [node22, node24, node26]);
});
