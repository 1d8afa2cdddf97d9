import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { type Child, root, startChild } from '../child.ts';
import { type SentryIngest, startSentryIngest, summaryOf } from '../sentry-ingest.ts';
import { bundleSink } from './bundled-sink.ts';

let sink: Awaited<ReturnType<typeof bundleSink>>;
before(async () => {
  sink = await bundleSink();
});
after(() => sink.remove());

let ingest: SentryIngest;
let child: Child | undefined;
beforeEach(async () => {
  ingest = await startSentryIngest();
});
afterEach(async () => {
  await child?.stop();
  ingest.stop();
});

const start = async (
  sdk: string,
  ...cases: readonly string[]
): Promise<{ readonly app: Child; readonly url: string }> => {
  const app = startChild({
    args: [path.join(root, 'test/fixtures/sentry/app.cjs')],
    ipc: true,
    env: {
      SDK_FOLDER: path.join(root, 'test/fixtures', sdk),
      SINK: sink.file,
      DSN: ingest.dsn,
      CASE: cases.join(','),
    },
  });
  child = app;
  const [, port] = await app.output(/^listening (\d+)$/m);
  return { app, url: `http://127.0.0.1:${port}` };
};
/** What has come of errors, of each its message. */
const messages = (): readonly (string | undefined)[] =>
  ingest.events.map(({ exception }) => exception?.values.at(-1)?.value);
/** Waits for events that there should not be. */
const pause = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 300));
const seen = (app: Child): string =>
  [app.stdout(), ...ingest.events.map(summaryOf), ...ingest.problems].join('\n');

for (const sdk of ['sentry-11', 'sentry-9']) {
  describe(`an application with its own Sentry (${sdk})`, () => {
    for (const order of ['app first', 'ours first', 'only ours']) {
      test(`has one event for each error of its requests, ${order}`, async () => {
        const { app, url } = await start(sdk, order);
        for (const name of ['a', 'b', 'c']) await fetch(`${url}/throw?name=${name}`);
        await ingest.waitForEvents(3);
        await app.output(/(?:outcome [\s\S]*){3}/);
        await pause();
        assert.deepEqual([...messages()].sort(), ['thrown a', 'thrown b', 'thrown c'], seen(app));
        assert.deepEqual(ingest.problems, []);
        // Its own report wins, whoever is asked first.
        const outcome = order === 'only ours' ? 'sent' : 'left';
        assert.deepEqual(app.stdout().match(/outcome \w+/g), Array(3).fill(`outcome ${outcome}`));
        for (const { environment, exception, tags } of ingest.events) {
          assert.equal(environment, 'of-the-application');
          assert.equal(tags?.beforeSend ?? 'original', 'original', 'its filters see the error');
          assert.deepEqual(
            exception?.values.map(({ value }) => value?.split(' ')[0]),
            ['because', 'thrown'],
            'causes stand there once',
          );
        }
      });
    }

    for (const order of ['app first', 'ours first']) {
      test(`has one event for an error that ends the process, ${order}`, async () => {
        for (const message of ['uncaught', 'rejection', 'text']) {
          const before = ingest.events.length;
          const { app } = await start(sdk, order);
          app.process.send(message);
          await app.exit(20_000);
          assert.equal(ingest.events.length, before + 1, `${message}\n${seen(app)}`);
        }
        assert.deepEqual(ingest.problems, []);
      });
    }

    test('has an event, by us, also when its client cannot be given it any more', async () => {
      const { app } = await start(sdk);
      app.process.send('exit');
      await app.output(/exited/);
      await pause();
      assert.deepEqual([messages(), ingest.events[0]?.environment], [['at exit'], 'ours'], seen(app));
    });

    test('does not report again what it has from us', async () => {
      const { app } = await start(sdk);
      app.process.send('late');
      await app.output(/captured/);
      await pause();
      assert.deepEqual(messages(), ['late'], seen(app));
    });

    test('gets with our events the data of no other request', async () => {
      const { app, url } = await start(sdk, 'only ours');
      const users = Array.from({ length: 40 }, (_, index) => (index + 16).toString(16));
      await Promise.all(users.map(user => postInParts(`${url}/body?user=${user}`, ['x', user, 'y'])));
      await ingest.waitForEvents(40);
      await pause();
      assert.equal(ingest.events.length, 40, seen(app));
      for (const {
        event_id,
        user,
        contexts,
        exception,
        request: ofEvent,
        tags,
        transaction,
      } of ingest.events) {
        const id = String(user?.id);
        assert.equal(event_id, id.repeat(16), 'it is the id that we said');
        assert.deepEqual(user, { id });
        assert.equal(contexts?.trace?.trace_id, id.repeat(16));
        assert.equal(exception?.values.at(-1)?.value, `body x${id}y`);
        assert.deepEqual(ofEvent, { method: 'POST', url: `/body?user=${id}` });
        assert.equal(tags?.ofRequest, undefined);
        assert.equal(transaction, 'POST /body');
      }
      assert.equal(new Set(ingest.events.map(({ user }) => user?.id)).size, 40);
    });

    test('decides what is reported, by its own filters', async () => {
      const { app, url } = await start(sdk, 'only ours');
      await fetch(`${url}/throw?name=unwanted`);
      await pause();
      assert.deepEqual(messages(), []);
      app.process.send('flush');
      await app.output(/outcome left/);
    });

    test('gets the digest of what it had from us, and none of what it reports itself', async () => {
      const { app } = await start(sdk);
      app.process.send('digest');
      await app.output(/digested/);
      await ingest.waitForEvents(2);
      assert.deepEqual(messages(), ['repeated', 'repeated']);
      assert.equal(new Set(ingest.events.map(({ event_id }) => event_id)).size, 2);
      app.process.send('digest of theirs');
      await app.output(/digested\s[\s\S]*digested/);
      await ingest.waitForEvents(3);
      await pause();
      assert.equal(ingest.events.length, 3, seen(app));
    });

    test('reports by us when its own Sentry has no project, is off or is closed', async () => {
      for (const state of ['without dsn', 'disabled', 'closed']) {
        const before = ingest.events.length;
        const { app, url } = await start(sdk, state);
        await fetch(`${url}/throw?name=${state}`);
        await ingest.waitForEvents(before + 1);
        const event = ingest.events.at(-1);
        assert.deepEqual(
          [event?.environment, event?.sdk?.name],
          ['ours', 'ykmake.javascript.monitoring'],
          seen(app),
        );
        await app.output(/outcome sent/);
        await app.stop();
      }
    });
  });
}

test('without a Sentry of the application, nothing is left where one would look for it', async () => {
  const script = path.join(path.dirname(sink.file), 'alone.mjs');
  writeFileSync(
    script,
    `import { createSentrySink } from ${JSON.stringify(sink.file)};
    const before = Object.getOwnPropertyNames(globalThis).length;
    const events = { onOutcome: outcome => console.log(outcome), onFailing: console.log, onRecovered: () => {} };
    const made = createSentrySink({ dsn: process.env.SENTRY_DSN, service: 'a', version: '1', ...events,
      redaction: { text: text => text }, breadcrumbs: () => [] });
    const exception = { type: 'Error', message: 'alone', stack: new Error('alone').stack, properties: {} };
    const report = { eventId: '1'.repeat(32), time: Date.now(), severity: 'error', source: 'captureError',
      exceptions: [exception], context: {} };
    setTimeout(() => {}, 1_000);
    void made.send({ report, original: new Error('alone') });
    await made.flush();
    console.log(typeof globalThis.__SENTRY__, Object.getOwnPropertyNames(globalThis).length - before);`,
  );
  child = startChild({ args: [script], env: { SENTRY_DSN: ingest.dsn } });
  assert.deepEqual(await child.exit(10_000), { code: 0, signal: null });
  assert.equal(child.stdout(), 'sent\nundefined 0\n', child.stderr());
  assert.deepEqual([messages(), ingest.problems], [['alone'], []]);
});

/** A body of several packets. */
const postInParts = (url: string, parts: readonly string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST' }, response => response.resume().on('end', resolve));
    sent.on('error', reject);
    const next = (index: number): void => {
      if (index === parts.length) sent.end();
      else sent.write(parts[index], () => setTimeout(next, 10, index + 1));
    };
    next(0);
  });
