/** An OTLP receiver, a process of its own: takes everything, counts spans and answers a message with their number. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { countSpans } from './protobuf-spans.ts';

let spans = 0;

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  if (request.url === '/v1/traces') spans += countSpans(Buffer.concat(chunks));
  response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
});
server.listen(0, '127.0.0.1', () => console.log(`listening ${(server.address() as AddressInfo).port}`));
process.on('message', () => process.send?.(spans));
