import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { sentryTracesTarget } from '../../src/errors/sentry/otlp-target.ts';
import { type App, root, startApp } from '../child.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../otlp-receiver.ts';
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

const start = async (env: Readonly<Record<string, string>> = {}): Promise<App> => {
  app = await startApp('sentry/traced.mjs', {
    env: {
      ...{ SENTRY_DSN: ingest.dsn, MONITORING_SENTRY_TRACES: 'true' },
      ...{ OTEL_BSP_SCHEDULE_DELAY: '50', ...env },
    },
  });
  return app;
};
const isServer = ({ kind }: { readonly kind: number }): boolean => kind === 2;

describe('spans to Sentry', () => {
  test('go where its SDK says, with the same header', () => {
    const dsns = [
      'https://0a1b2c@o12.ingest.sentry.example/34',
      'http://key:secret@127.0.0.1:9000/1',
      'https://key@sentry.example:8443/deep/path/2',
      'https://key@[::1]:9000/3',
    ];
    const script = `const { getOtlpTracesEndpoint } = require('@sentry/node');
      console.log(JSON.stringify(${JSON.stringify(dsns)}.map(dsn => getOtlpTracesEndpoint(dsn))));`;
    const cwd = path.join(root, 'test/fixtures/sentry-11');
    const theirs: readonly { readonly url: string; readonly headers: object }[] = JSON.parse(
      execFileSync(process.execPath, ['-e', script], { cwd, encoding: 'utf8' }),
    );
    assert.equal(sentryTracesTarget({ sentryDsn: dsns[0], sentryTraces: false }), undefined);
    assert.equal(sentryTracesTarget({ sentryDsn: undefined, sentryTraces: true }), undefined);
    for (const [index, sentryDsn] of dsns.entries()) {
      const ours = sentryTracesTarget({ sentryDsn, sentryTraces: true });
      assert.equal(ours?.url, theirs[index]?.url);
      const lower = Object.entries(theirs[index]?.headers ?? {}).map(([name, value]) => [
        name.toLowerCase(),
        value,
      ]);
      assert.deepEqual(ours?.headers, Object.fromEntries(lower));
    }
  });

  test('arrive with the trace of the event, without an OTLP endpoint, and hold no secret', async () => {
    const secrets = {
      query: 'query-s3cret',
      header: 'header-s3cret',
      cookie: 'cookie-s3cret',
      body: 'body-s3cret',
      env: 'env-s3cret',
      source: 'pw-in-source',
    };
    const { url, stderr } = await start({ APPLICATION_PASSWORD: secrets.env });
    await fetch(`${url}/login?token=${secrets.query}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secrets.header}`, cookie: `session=${secrets.cookie}` },
      body: JSON.stringify({ password: secrets.body }),
    });
    await ingest.waitFor(() => ingest.events.length === 1 && ingest.spans.some(isServer));
    assert.deepEqual(ingest.problems, []);
    const [event] = ingest.events;
    const span = ingest.spans.find(isServer);
    assert.ok(event && span);
    assert.deepEqual(
      [event.contexts?.trace?.trace_id, event.contexts?.trace?.span_id],
      [span.traceId, span.spanId],
      summaryOf(event),
    );
    const [spans] = ingest.requests.filter(({ path: to }) => to.includes('/otlp/'));
    assert.equal(spans?.headers['x-sentry-auth'], `Sentry sentry_version=7, sentry_key=${ingest.key}`);
    assert.equal(spans?.headers['content-type'], 'application/x-protobuf');

    const received = ingest.received();
    for (const [name, secret] of Object.entries(secrets)) {
      assert.equal(received.includes(secret), false, `${name}: ${secret}`);
    }
    const frame = event.exception?.values[0]?.stacktrace?.frames.at(-1);
    assert.match(frame?.context_line ?? '', /new Error\(`cannot log in/, 'the lines are there');
    assert.ok(received.includes('/login'), 'what is looked for would be found');

    assert.match(stderr(), new RegExp(`on: .*traces to ${ingest.url}\\b`));
    assert.equal(stderr().includes(ingest.key), false);
  });

  test('go to Sentry and to the OTLP receiver alike', async () => {
    const receiver: OtlpReceiver = await startOtlpReceiver();
    try {
      const { url } = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
      await fetch(`${url}/login`, { method: 'POST' });
      await receiver.waitFor(spans => spans.some(isServer));
      await ingest.waitFor(() => ingest.spans.some(isServer));
      assert.equal(receiver.spans.find(isServer)?.traceId, ingest.spans.find(isServer)?.traceId);
    } finally {
      receiver.stop();
    }
  });

  test('go nowhere unless that is asked for', async () => {
    const { url, stderr } = await start({
      MONITORING_SENTRY_TRACES: 'false',
      OTEL_TRACES_EXPORTER: 'console',
    });
    await fetch(`${url}/login`, { method: 'POST' });
    await ingest.waitForEvents(1);
    await new Promise(resolve => setTimeout(resolve, 300));
    assert.deepEqual(ingest.spans, []);
    assert.doesNotMatch(stderr(), /traces to http/);
  });
});
