import assert from 'node:assert/strict';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { type App, type Child, root, startApp, startChild } from '../child.ts';
import { type SentryIngest, startSentryIngest, summaryOf } from '../sentry-ingest.ts';

let ingest: SentryIngest;
let app: App | undefined;
beforeEach(async () => {
  ingest = await startSentryIngest();
});
afterEach(async () => {
  await app?.stop();
  ingest.stop();
});

const script = 'sentry/own.cjs';
const envOf = (): Record<string, string> => ({
  SDK_FOLDER: path.join(root, 'test/fixtures/sentry-11'),
  DSN: ingest.dsn,
});
const start = async (): Promise<App> => {
  app = await startApp(script, { env: { ...envOf(), SENTRY_DSN: ingest.dsn } });
  return app;
};
/** Waits for events that there should not be. */
const pause = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 500));
const values = (): readonly (string | undefined)[] =>
  ingest.events.map(({ exception, message }) => exception?.values.at(-1)?.value ?? message).sort();
const seen = (child: Child): string =>
  [child.stdout(), child.stderr(), ...ingest.events.map(summaryOf), ...ingest.problems].join('\n');

describe("the preload and the application's own Sentry", () => {
  test('report each error of a request once, and what the application does not report', async () => {
    const running = await start();
    for (const route of ['/throw/a', '/throw/b', '/captured', '/unavailable']) {
      await (await fetch(running.url + route)).text().catch(() => undefined);
    }
    await ingest.waitForEvents(4);
    await pause();
    const [unavailable, ...thrown] = values();
    assert.deepEqual(thrown, ['captured twice', 'thrown a', 'thrown b'], seen(running));
    assert.match(unavailable ?? '', /503/);
    assert.deepEqual(ingest.problems, []);
    for (const { environment } of ingest.events) assert.equal(environment, 'of-the-application');
  });

  test('end the process as without the preload, with one event', async () => {
    for (const route of ['/uncaught', '/rejected']) {
      const ends: unknown[] = [];
      for (const preload of [false, true]) {
        const before = ingest.events.length;
        const child = preload
          ? await start()
          : startChild({ args: [path.join(root, 'test/fixtures', script)], env: envOf() });
        const [, port] = await child.output(/^listening (\d+)$/m);
        await fetch(`http://127.0.0.1:${port}${route}`);
        await ingest.waitForEvents(before + 1);
        const end = await child.exit(1_500).catch(() => 'it goes on');
        assert.equal(ingest.events.length, before + 1, seen(child));
        ends.push(end);
        await child.stop();
      }
      assert.deepEqual(ends[1], ends[0], route);
    }
  });
});
