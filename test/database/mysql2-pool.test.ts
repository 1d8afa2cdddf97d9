import { after, before } from 'node:test';
import { startMariadb } from './mariadb-server.ts';
import { testPoolStates } from './pool-states.ts';
import type { DatabaseServer } from './postgres-server.ts';

let mariadb: DatabaseServer | undefined;
before(async () => {
  mariadb = await startMariadb();
});
after(() => mariadb?.stop());

testPoolStates({
  client: 'mysql2',
  cases: 'mysql2-pool',
  server: () => mariadb,
  secrets: ['hunter2', 'tester'],
});
