import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { root } from '../child.ts';

export interface DynamoDbServer {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** An implementation of DynamoDB's protocol that keeps its tables in memory; a package without types. */
interface Dynalite {
  (options: { createTableMs: number; deleteTableMs: number; updateTableMs: number }): ReturnType<typeof createServer>;
}

const require = createRequire(path.join(root, 'test/fixtures/databases/package.json'));

/**
 * Starts dynalite with a server in front of it that does what dynalite never does, by the names of tables: `busy` is throttled
 * every other time, `silent` is never answered, and of `broken` the connection is cut.
 */
export const startDynamoDb = async (): Promise<DynamoDbServer> => {
  const dynalite = require('dynalite') as Dynalite;
  const tables = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const [answer] = tables.listeners('request') as ((...parameters: unknown[]) => void)[];
  let isThrottled = false;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    // dynalite reads the body itself: it is only looked at.
    request.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      const body = Buffer.concat(chunks).toString();
      if (body.includes('"broken"')) request.socket.destroy();
      if (body.includes('"busy"')) {
        isThrottled = !isThrottled;
        if (isThrottled) {
          response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
          response.end('{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"slow down"}');
        }
      }
      if (body.includes('"silent"') || response.writableEnded) request.removeAllListeners('end');
    });
    answer?.(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
