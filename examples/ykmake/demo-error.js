/**
 * What `npm run demo:error` runs: YkMake, one request that fails, and the one trace id under which everything about it
 * is found. Plays what receives it all: traces, Sentry and Slack.
 */
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { isBuilt, startNode } from './start/child.js';

const PATIENCE = 60_000;
const spans = [];
const events = [];
const messages = [];

if (!isBuilt()) {
  console.error('The preload is not built yet: run npm run build, then npm run demo:error.');
  process.exit(1);
}
const receiver = createServer(async (request, response) => {
  const sent = await buffer(request);
  const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
  if (request.url === '/v1/traces') {
    for (const { scopeSpans } of JSON.parse(body).resourceSpans)
      spans.push(...scopeSpans.flatMap(scope => scope.spans));
  } else if (request.url.endsWith('/envelope/')) {
    // A line about the envelope, one about its item, and the item.
    events.push(JSON.parse(body.toString().split('\n')[2]));
  } else if (request.url === '/slack/chat.postMessage') messages.push(JSON.parse(body));
  response.setHeader('content-type', 'application/json').end('{"ok":true}');
});
await once(receiver.listen(0, '127.0.0.1'), 'listening');

const host = `127.0.0.1:${receiver.address().port}`;
const logs = mkdtempSync(path.join(tmpdir(), 'ykmake-logs-'));
const said = [];
const application = startNode(
  ['--import', './register.js', 'app.js'],
  {
    ...process.env,
    PORT: '0',
    LOG_DIR: logs,
    OTEL_EXPORTER_PROMETHEUS_PORT: '0',
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://${host}`,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_LOGS_EXPORTER: 'none',
    SENTRY_DSN: `http://demo@${host}/1`,
    SLACK_API_URL: `http://${host}/slack/`,
    SLACK_TOKEN: 'xoxb-demo',
    SLACK_CHANNEL: '#alerts',
    OTEL_BSP_SCHEDULE_DELAY: '100',
  },
  line => said.push(line),
);

try {
  const address = await found(() => match(/listens on (http:\S+)/));
  const metrics = await found(() => match(/metrics at (http:\S+?);/));
  const { status } = await fetch(`${address}/api/reports/broken`);
  const failed = await found(() => spans.find(span => attribute(span, 'http.response.status_code') === 500));
  const page = await (await fetch(metrics, { headers: { accept: 'application/openmetrics-text' } })).text();
  const bucket = page.split('\n').find(line => line.includes(failed.traceId));
  const logged = await found(() => logLines(failed.traceId));
  const error = failed.events.find(({ name }) => name === 'exception');
  const event = await found(() => events.find(({ contexts }) => contexts.trace?.trace_id === failed.traceId));
  const message = await found(() => messages.find(sent => JSON.stringify(sent).includes(failed.traceId)));

  console.log(`\n  Trace      ${failed.traceId}`);
  console.log(`  Request    ${failed.name}, answered with ${status}`);
  console.log(`  Error      ${attribute(error, 'exception.type')}: ${attribute(error, 'exception.message')}`);
  console.log('  Spans      sent by OTLP:');
  for (const span of spans.filter(({ traceId }) => traceId === failed.traceId)) {
    console.log(
      `               ${span.name} ${span.parentSpanId ? `below ${span.parentSpanId}` : `(${span.spanId})`}`,
    );
  }
  console.log('  Log        in error.log:');
  for (const { level, message, stack, trace_id: id } of logged) {
    console.log(`               ${level}: ${message}${stack ? ', with its stack' : ''}; trace_id ${id}`);
  }
  console.log('  Sentry     an event:');
  console.log(
    `               ${event.transaction}, event ${event.event_id}; trace_id ${event.contexts.trace.trace_id}`,
  );
  console.log('  Slack      a message:');
  console.log(`               ${message.text.split('\n')[0]}`);
  console.log(
    `               ${fieldsOf(message)
      .map(field => field.join(' '))
      .join('; ')}`,
  );
  console.log(`  Exemplar   on the metrics page:\n               ${bucket ?? 'none'}\n`);
} catch (error) {
  console.error(`${error.message}\n${said.join('\n')}`);
  process.exitCode = 1;
} finally {
  await application.stop();
  rmSync(logs, { recursive: true, force: true });
  receiver.close();
  receiver.closeAllConnections();
}

/** The lines of error.log that belong to a trace; undefined while there are none. */
function logLines(traceId) {
  const file = path.join(logs, 'error.log');
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean).map(JSON.parse);
  const found = lines.filter(line => line.trace_id === traceId);
  return found.length > 0 ? found : undefined;
}

/** The short fields of a message, and the trace. */
function fieldsOf({ attachments }) {
  const { fields } = attachments[0];
  return fields
    .filter(({ title }) => /^(route|status|eventId|trace)$/.test(title))
    .map(({ title, value }) => [title, value]);
}

function match(pattern) {
  return said.map(line => pattern.exec(line)?.[1]).find(Boolean);
}

function attribute({ attributes }, key) {
  const value = attributes.find(one => one.key === key)?.value ?? {};
  return value.stringValue ?? Number(value.intValue);
}

/** Waits until there is something. */
async function found(look) {
  const deadline = performance.now() + PATIENCE;
  for (;;) {
    const value = look();
    if (value) return value;
    if (performance.now() > deadline)
      throw new Error(`This did not come within ${PATIENCE / 1000} s: ${look}`);
    await pause(50);
  }
}
