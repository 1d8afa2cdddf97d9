import { after, before } from 'node:test';
import { testMatrix } from '../matrix.ts';
import { type PostgresServer, startPostgres } from '../postgres-server.ts';

let postgres: PostgresServer | undefined;
before(async () => {
  postgres = await startPostgres();
});
after(() => postgres?.stop());

const client = {
  ...{ cases: 'postgres', adapter: 'postgres', system: 'postgresql' },
  url: () => postgres?.url,
};

testMatrix(client);
testMatrix({ ...client, folder: 'databases-older' });
