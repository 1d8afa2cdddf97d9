/**
 * An OTLP receiver, and a Datadog agent as far as traces go, a process of its own: takes everything and counts spans and log records.
 * Who sends to `http://host:port/<name>` is counted by that name; Datadog's tracer, which leaves a path out, as
 * `dd-trace`. A message is answered with the numbers so far.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { countMsgpackSpans } from './msgpack-spans.ts';
import { countSpans } from './protobuf-spans.ts';

const spans: Record<string, number> = {};
const records: Record<string, number> = {};

const count = (counts: Record<string, number>, name: string, received: number): void => {
  counts[name] = (counts[name] ?? 0) + received;
};

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const sent = Buffer.concat(chunks);
  const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
  const url = request.url ?? '';
  const [, name = ''] = /^(?:\/([^/]+))?\/v1\/\w+$/.exec(url) ?? [];
  if (url.endsWith('/v1/traces')) count(spans, name, countSpans(body));
  // The same fields, by number, in messages of other names.
  if (url.endsWith('/v1/logs')) count(records, name, countSpans(body));
  // What is not OTLP is the Datadog tracer's: its traces, and questions what this agent can do.
  if (!/\/v1\/\w+$/.test(url)) {
    if (url === '/v0.4/traces') count(spans, 'dd-trace', countMsgpackSpans(body));
    return void response.writeHead(200, { 'content-type': 'application/json' }).end('{"rate_by_service":{}}');
  }
  response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
});
server.listen(0, '127.0.0.1', () => console.log(`listening ${(server.address() as AddressInfo).port}`));
process.on('message', asked => process.send?.(asked === 'records' ? records : spans));
