import { after, before } from 'node:test';
import { testMatrix } from '../matrix.ts';
import type { DatabaseServer } from '../postgres-server.ts';
import { startRedis } from '../redis-server.ts';

let server: DatabaseServer | undefined;
before(async () => {
  server = await startRedis();
});
after(() => server?.stop());

const nodeRedis = { cases: 'redis', adapter: 'redis', system: 'redis', url: () => server?.url };

testMatrix(nodeRedis);
testMatrix({ ...nodeRedis, folder: 'databases-older' });
testMatrix({ ...nodeRedis, folder: 'databases-oldest' });
