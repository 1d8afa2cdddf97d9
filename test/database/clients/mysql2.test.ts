import { after, before } from 'node:test';
import { startMariadb } from '../mariadb-server.ts';
import { testMatrix } from '../matrix.ts';
import type { DatabaseServer } from '../postgres-server.ts';

let mariadb: DatabaseServer | undefined;
before(async () => {
  mariadb = await startMariadb();
});
after(() => mariadb?.stop());

const mysql2 = { cases: 'mysql2', adapter: 'mysql2', system: 'mysql', url: () => mariadb?.url };

testMatrix(mysql2);
testMatrix({ ...mysql2, folder: 'databases-older' });
testMatrix({ ...mysql2, folder: 'databases-oldest' });
