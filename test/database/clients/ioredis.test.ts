import { after, before } from 'node:test';
import { testMatrix } from '../matrix.ts';
import type { DatabaseServer } from '../postgres-server.ts';
import { startRedis } from '../redis-server.ts';

let server: DatabaseServer | undefined;
before(async () => {
  server = await startRedis();
});
after(() => server?.stop());

const ioredis = { cases: 'ioredis', adapter: 'ioredis', system: 'redis', url: () => server?.url };

testMatrix(ioredis);
testMatrix({ ...ioredis, folder: 'databases-older' });
testMatrix({ ...ioredis, folder: 'databases-oldest' });
