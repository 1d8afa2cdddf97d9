import { after, before } from 'node:test';
import { testMatrix } from '../matrix.ts';
import { type PostgresServer, startPostgres } from '../postgres-server.ts';

let postgres: PostgresServer | undefined;
before(async () => {
  postgres = await startPostgres();
});
after(() => postgres?.stop());

const pg = {
  ...{ cases: 'pg', adapter: 'pg', system: 'postgresql' },
  url: () => postgres?.url,
  isMissing: () => postgres === undefined,
};

testMatrix(pg);
testMatrix({ ...pg, folder: 'databases-older' });
testMatrix({ ...pg, folder: 'databases-oldest' });
