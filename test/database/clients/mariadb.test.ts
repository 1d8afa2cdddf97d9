import { after, before } from 'node:test';
import { startMariadb } from '../mariadb-server.ts';
import { testMatrix } from '../matrix.ts';
import type { DatabaseServer } from '../postgres-server.ts';

let mariadb: DatabaseServer | undefined;
before(async () => {
  mariadb = await startMariadb();
});
after(() => mariadb?.stop());

const mariadbClient = { cases: 'mariadb', adapter: 'mariadb', system: 'mariadb', url: () => mariadb?.url };

testMatrix(mariadbClient);
testMatrix({ ...mariadbClient, folder: 'databases-older' });
