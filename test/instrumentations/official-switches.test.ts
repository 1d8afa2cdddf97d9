import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { treesOf } from '../otlp-receiver.ts';
import { temporaryFolder } from '../package/packed.ts';
import { settled, withScenario } from './official-app.ts';

const folder = temporaryFolder({ after });
/** What another SDK does that is loaded before the preload. */
const otherSdk = path.join(folder, 'other-sdk.mjs');
writeFileSync(
  otherSdk,
  `const span = { spanContext: () => ({}), end() {}, isRecording: () => false };
   const tracer = { startSpan: () => span, startActiveSpan: (...all) => all.at(-1)(span) };
   globalThis[Symbol.for('opentelemetry.js.api.1')] = { version: '1.10.0', trace: { getTracer: () => tracer } };`,
);

describe('an official instrumentation', { concurrency: 2 }, () => {
  for (const [library, variable, value] of [
    ['graphql', 'OTEL_NODE_DISABLED_INSTRUMENTATIONS', 'graphql'],
    ['graphql', 'OTEL_NODE_ENABLED_INSTRUMENTATIONS', 'http,grpc'],
    ['amqplib', 'OTEL_NODE_DISABLED_INSTRUMENTATIONS', '@opentelemetry/instrumentation-amqplib'],
  ] as const) {
    test(`control: makes no span of ${library} and is not read with ${variable}=${value}`, () =>
      withScenario({ library, env: { [variable]: value } }, async ({ ask, receiver, loaded }) => {
        await ask();
        await settled(receiver, 1);
        assert.equal(treesOf(receiver.spans), 'GET server');
        assert.deepEqual(await loaded(), []);
      }));
  }

  for (const library of ['graphql', 'aws-sdk', 'grpc']) {
    test(`is not read when nothing is traced: ${library}`, () =>
      withScenario({ library, untraced: true }, async ({ ask, loaded }) => {
        await ask();
        assert.deepEqual(await loaded(), []);
      }));
  }

  for (const [library, metric] of [
    ['openai', /^gen_ai_client_token_usage_sum\{.*gen_ai_token_type="output".*\} 5$/m],
    ['kafkajs', /^messaging_client_sent_messages_total\{.*messaging_destination_name="orders".*\} 1$/m],
  ] as const) {
    test(`measures when nothing is traced: ${library}`, () =>
      withScenario({ library, untraced: true }, async ({ ask, app, loaded }) => {
        await ask();
        assert.match(await app.scrape(), metric);
        assert.deepEqual(await loaded(), [library]);
        assert.doesNotMatch(app.stderr(), /hook|OpenTelemetry:/);
      }));

    test(`measures beside its spans: ${library}`, () =>
      withScenario({ library }, async ({ ask, app }) => {
        await ask();
        assert.match(await app.scrape(), metric);
      }));

    test(`is left to another SDK that was there first: ${library}`, () =>
      withScenario({ library, before: otherSdk }, async ({ ask, loaded, app }) => {
        await ask();
        assert.deepEqual(await loaded(), []);
        assert.match(app.stderr(), /another OpenTelemetry SDK traces this process/);
      }));
  }

  for (const [library, tree] of [
    ['fs', 'GET server\n  fs readFile internal'],
    ['net', 'GET server\n  tcp.connect internal'],
    // The first is of the application's `listen`; what sends the spans looks up nothing that is seen.
    ['dns', 'dns.lookup client\nGET server\n  dns.lookup client'],
  ] as const) {
    const env = { OTEL_NODE_ENABLED_INSTRUMENTATIONS: `http,${library}` };
    for (const as of ['mjs', 'cjs'] as const) {
      test(`is off for ${library} of Node.js until it is asked for, ${as}`, async () => {
        await withScenario({ library, as }, async ({ ask, receiver, loaded }) => {
          await ask();
          await settled(receiver, 1);
          assert.equal(treesOf(receiver.spans), 'GET server');
          assert.deepEqual(await loaded(), []);
        });
        await withScenario({ library, as, env }, async ({ ask, receiver, app }) => {
          await ask();
          await settled(receiver, tree.split('\n').length);
          assert.equal(treesOf(receiver.spans), tree);
          assert.doesNotMatch(app.stderr(), /hook|wrap|OpenTelemetry/);
        });
      });
    }
  }

  test('gets its options from one variable, and secrets are taken out of what they add', () => {
    const env = {
      MONITORING_INSTRUMENTATION_OPTIONS:
        '{"graphql":{"allowValues":true,"ignoreTrivialResolveSpans":false}}',
    };
    return withScenario({ library: 'graphql', env }, async ({ ask, receiver }) => {
      await ask();
      await settled(receiver, 7);
      // Ours would leave out the span of a field that is only read.
      assert.match(treesOf(receiver.spans), /graphql\.resolve plain internal/);
      const source = receiver.spans.find(({ name }) => name === 'query greet')?.attributes['graphql.source'];
      assert.match(String(source), /name: "Ada"/);
      assert.doesNotMatch(JSON.stringify(receiver.spans), /geheim/);
    });
  });

  test('that is known and not there is named once, and is no mistake', () => {
    const env = { OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http,oracledb,knex,graphql', MONITORING_STRICT: '1' };
    return withScenario({ library: 'graphql', env }, async ({ app }) => {
      const [line = ''] = app.stderr().match(/^.*without effect.*$/gm) ?? [];
      assert.match(
        line,
        /; on: http \(without routes of frameworks\), graphql, traces to .*; without effect in this version: knex, oracledb \(OTEL_NODE_ENABLED_INSTRUMENTATIONS\)$/,
      );
    });
  });
});
