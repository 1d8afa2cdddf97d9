import { after, before } from 'node:test';
import { type CassandraServer, startCassandra } from '../cassandra-server.ts';
import { testMatrix } from '../matrix.ts';

let cassandra: CassandraServer | undefined;
before(async () => {
  cassandra = await startCassandra();
});
after(() => cassandra?.stop());

const driver = {
  ...{ cases: 'cassandra-driver', adapter: 'cassandra-driver', system: 'cassandra' },
  url: () => cassandra?.url,
};

testMatrix(driver);
testMatrix({ ...driver, folder: 'databases-older' });
