import { after, before } from 'node:test';
import { startMariadb } from '../mariadb-server.ts';
import { testMatrix } from '../matrix.ts';
import type { DatabaseServer } from '../postgres-server.ts';

let mariadb: DatabaseServer | undefined;
before(async () => {
  mariadb = await startMariadb();
});
after(() => mariadb?.stop());

const mysql = { cases: 'mysql', adapter: 'mysql', system: 'mysql', url: () => mariadb?.url };

testMatrix(mysql);
