import { after, before } from 'node:test';
import { testMatrix } from '../matrix.ts';
import type { DatabaseServer } from '../postgres-server.ts';
import { startMemcached } from '../redis-server.ts';

let server: DatabaseServer | undefined;
before(async () => {
  server = await startMemcached();
});
after(() => server?.stop());

const memcached = { cases: 'memcached', adapter: 'memcached', system: 'memcached', url: () => server?.url };

testMatrix(memcached);
