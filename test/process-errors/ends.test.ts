import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type BuiltPreload, buildPreload } from './preload.ts';
import { type Run, runToEnd } from './run.ts';
import { type SinkServer, startSinkServer } from './sink-server.ts';

let preload: BuiltPreload;
before(async () => {
  preload = await buildPreload();
});
after(() => preload.remove());

type Mode = Parameters<typeof startSinkServer>[0];

const withServers = async <Result>(
  modes: readonly Mode[],
  work: (servers: readonly SinkServer[], env: Readonly<Record<string, string>>) => Promise<Result>,
): Promise<Result> => {
  const servers = await Promise.all(modes.map(mode => startSinkServer(mode)));
  try {
    return await work(servers, { TEST_SINKS: servers.map(({ url }) => url).join() });
  } finally {
    for (const server of servers) server.stop();
  }
};

const untilReceived = async ({ received }: SinkServer): Promise<void> => {
  while (received.length === 0) await pause(5);
};

const thrown = 'uncaughtException fatal Error: thrown';
/** Milliseconds that a run may take longer than another on a busy machine. */
const margin = 3_000;

describe('a process that ends by an error while sinks hang', { concurrency: 2 }, () => {
  /** How much longer the end takes than with sinks that take everything. */
  const heldBy = async (modes: readonly Mode[], run: Omit<Run, 'preload'>) => {
    const end = (some: readonly Mode[]) =>
      withServers(some, async (servers, env) => ({
        ...(await runToEnd({ ...run, preload: preload.file, env: { ...env, ...run.env } })),
        received: servers.map(({ received }) => received),
      }));
    const [control, hung] = [await end(modes.map(() => 'take')), await end(modes)];
    assert.deepEqual(hung.seen, control.seen);
    return { ...hung, heldMs: hung.ms - control.ms };
  };
  const threeHang = ['hang', 'hang', 'hang'] as const;

  for (const way of [
    'throw in a timer',
    'throw, with a listener that exits with 3',
    'throw, with a listener that throws',
  ]) {
    test(`${way}: within the deadline`, async () => {
      const { heldMs } = await heldBy(threeHang, { way, env: { TEST_TIMEOUT: '4000' } });
      // Longer than a process that ends by no error, and not three times as long.
      assert.ok(heldMs > 4_000 - margin + 500 && heldMs < 4_000 + margin, `${heldMs} ms`);
    });
  }

  test('process.exit(3): within a second', async () => {
    const env = { TEST_TIMEOUT: '60000', TEST_WAITS: 'true' };
    const { heldMs } = await heldBy(threeHang, { way: 'process.exit(3)', env });
    assert.ok(heldMs < 1_000 + margin, `${heldMs} ms`);
  });

  test('each request has a deadline of its own within it', async () => {
    const env = { TEST_TIMEOUT: '60000', TEST_REQUEST_TIMEOUT: '300' };
    const { heldMs } = await heldBy(threeHang, { way: 'throw in a timer', env });
    assert.ok(heldMs < 300 + margin, `${heldMs} ms`);
  });

  for (const modes of [
    ['hang', 'refuse', 'take'],
    ['take', 'hang', 'refuse'],
  ] as const) {
    test(`what one takes does not wait for others (${modes.join(', ')})`, async () => {
      const env = { TEST_TIMEOUT: '1500' };
      const { received } = await heldBy(modes, { way: 'throw in a timer', env });
      assert.deepEqual(received[modes.indexOf('take')], [thrown]);
      assert.deepEqual(received[modes.indexOf('refuse')], []);
    });
  }

  test('a signal meanwhile changes nothing', () =>
    withServers(threeHang, async ([server], env) => {
      assert.ok(server);
      const { seen, ms } = await runToEnd({
        way: 'throw later',
        preload: preload.file,
        env: { ...env, TEST_TIMEOUT: '2000' },
        whenReady: async child => {
          await untilReceived(server);
          child.process.kill('SIGTERM');
          child.process.kill('SIGINT');
        },
      });
      assert.deepEqual(seen.exit, { code: 1, signal: null });
      assert.ok(ms > 2_000, `${ms} ms`);
    }));
});

describe('a process that ends by a signal', { concurrency: 2 }, () => {
  const hung = (way: string, timeout: string, afterwards: Run['whenReady']) =>
    withServers(['hang', 'take'], async ([hanging, taking], env) => {
      assert.ok(hanging && taking);
      const { seen, ms } = await runToEnd({
        way,
        preload: preload.file,
        env: { ...env, TEST_TIMEOUT: timeout, TEST_WAITS: 'true' },
        whenReady: async child => {
          child.process.kill('SIGTERM');
          await Promise.all([untilReceived(hanging), untilReceived(taking)]);
          await afterwards?.(child);
        },
      });
      return { exit: seen.exit, ms, received: taking.received };
    });

  test('flushes side by side within the deadline', async () => {
    const { exit, ms, received } = await hung('wait', '1500', undefined);
    assert.deepEqual(exit, { code: null, signal: 'SIGTERM' });
    assert.deepEqual(received, ['something that waits']);
    assert.ok(ms > 1_500 && ms < 1_500 + 2 * margin, `${ms} ms`);
  });

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    test(`a second one, ${signal}, ends it at once`, async () => {
      const end = await hung('wait', '60000', child => void child.process.kill(signal));
      assert.deepEqual(end.exit, { code: null, signal });
    });
  }

  test('an error meanwhile ends it, and is told', async () => {
    const { exit, received } = await hung('wait, and throw 200 ms after SIGTERM', '2000', undefined);
    assert.deepEqual(exit, { code: 1, signal: null });
    assert.deepEqual(received, ['something that waits', thrown]);
  });
});

/** A command for a process whose only name server never answers; it needs the rights to mount, and to listen on port 53. */
const withSilentNameServer = async (
  t: TestContext,
  work: (by: readonly string[]) => Promise<void>,
): Promise<void> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'name-server-'));
  const file = path.join(folder, 'resolv.conf');
  const address = '127.0.0.53';
  writeFileSync(file, `nameserver ${address}\n`);
  const by = ['unshare', '-m', 'sh', '-c', `mount --bind ${file} /etc/resolv.conf && exec "$@"`, 'sh'];
  const server = createSocket('udp4');
  try {
    await once(server.bind(53, address), 'listening');
    execFileSync(by[0] ?? '', [...by.slice(1), 'true'], { stdio: 'pipe' });
  } catch (error) {
    t.skip(`NOT TESTED: no name server can be set here: ${error instanceof Error ? error.message : error}`);
    server.unref();
    return;
  }
  try {
    await work(by);
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
};

describe('a process that ends while no name server answers', () => {
  const env = { TEST_SINKS: 'http://sink.example.org/', TEST_TIMEOUT: '1000' };

  test('is held no longer than the deadline', async t =>
    withSilentNameServer(t, async by => {
      const run = { by, way: 'throw in a timer' };
      const [plain, ours] = [await runToEnd(run), await runToEnd({ ...run, preload: preload.file, env })];
      assert.deepEqual(ours.seen, plain.seen);
      assert.ok(ours.ms - plain.ms < 1_000 + margin, `${ours.ms} ms, ${plain.ms} ms`);
      // The control: a lookup of Node.js holds it for as long as that takes.
      const held = await runToEnd({ by, way: 'process.exit(3) during a lookup' });
      assert.ok(held.ms - plain.ms > 1_000 + margin, `${held.ms} ms, ${plain.ms} ms`);
    }));
});

describe('hooks that fail, or are others', { concurrency: 2 }, () => {
  /** What is to be seen and what is told, in a process with these hooks and in plain Node.js. */
  const both = async (way: string, hook: string, options: readonly string[] = []) => {
    const plain = await runToEnd({ way, options });
    return withServers(['take'], async ([server], env) => {
      const run = { way, options, preload: preload.file, env: { ...env, TEST_HOOK: hook } };
      const { seen } = await runToEnd(run);
      return { plain: plain.seen, seen, received: server?.received };
    });
  };

  test('an error within a hook changes nothing', async () => {
    for (const way of [
      'throw in a timer',
      'rejection with an object',
      'throw, with a listener that survives',
    ]) {
      const { plain, seen, received } = await both(way, 'broken');
      assert.deepEqual(seen, plain);
      assert.match(received?.join('\n') ?? '', /failure Error: broken/);
    }
  });

  // The controls of the table: it tells these from what is right.
  test('a listener of uncaughtException ends what would survive', async () => {
    const { plain, seen } = await both('throw, with a listener that survives', 'naive');
    assert.deepEqual([plain.exit.code, seen.exit.code], [0, 1]);
  });

  test('a monitor alone loses values and rejections', async () => {
    const { received } = await both('rejection with an object', 'monitor only');
    assert.match(
      received?.join('\n') ?? '',
      /^unhandledRejection UnhandledPromiseRejection: .*"#<Object>"\.$/,
    );
    const warned = await both('rejection with an object', 'monitor only', ['--unhandled-rejections=warn']);
    assert.deepEqual(warned.received, []);
  });
});
