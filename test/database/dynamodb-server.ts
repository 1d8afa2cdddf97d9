import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  request as requestTo,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { root } from '../child.ts';

export interface DynamoDbServer {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** An implementation of DynamoDB's protocol that keeps its tables in memory; a package without types. */
type Dynalite = (options: { createTableMs: number; deleteTableMs: number; updateTableMs: number }) => Server;

const require = createRequire(path.join(root, 'test/fixtures/databases/package.json'));

const listen = async (server: Server): Promise<string> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

/** What dynalite does not know. */
const unknown = /\.(TransactWriteItems|TransactGetItems|ExecuteStatement)$/;

const throttled = JSON.stringify({
  ...{ __type: 'com.amazonaws.dynamodb.v20120810#ThrottlingException', message: 'slow down' },
});

/**
 * Starts dynalite, and before it a server that does what dynalite never does, by the names of tables: `busy` is throttled
 * every other time, `silent` is never answered, and of `broken` the connection is cut. Transactions and PartiQL are
 * answered with nothing.
 */
export const startDynamoDb = async (): Promise<DynamoDbServer> => {
  const dynalite = require('dynalite') as Dynalite;
  const tables = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const inner = await listen(tables);
  let isThrottled = false;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    if (body.includes('"silent"')) return;
    if (body.includes('"broken"')) return void request.socket.destroy();
    if (body.includes('"busy"')) isThrottled = !isThrottled;
    if (body.includes('"busy"') && isThrottled) return void response.writeHead(400).end(throttled);
    if (unknown.test(String(request.headers['x-amz-target']))) return void response.end('{}');
    const { method, headers } = request;
    const forwarded = requestTo(inner, { method, headers }, answered => {
      response.writeHead(answered.statusCode ?? 500, answered.headers);
      answered.pipe(response);
    });
    forwarded.end(body);
  };
  const server = createServer((request, response) => void answer(request, response));
  const url = await listen(server);
  return {
    url,
    stop: async () => {
      for (const each of [server, tables]) {
        each.closeAllConnections();
        each.close();
      }
      await once(server, 'close');
    },
  };
};
