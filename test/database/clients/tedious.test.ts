import { after, before } from 'node:test';
import { testMatrix } from '../matrix.ts';
import { startTdsServer, type TdsServer } from '../tds-server.ts';

let server: TdsServer | undefined;
before(async () => {
  server = await startTdsServer();
});
after(() => server?.stop());

const tedious = {
  ...{ cases: 'tedious', adapter: 'tedious', system: 'microsoft.sql_server' },
  url: () => server?.url,
};

testMatrix(tedious);
testMatrix({ ...tedious, folder: 'databases-older' });
testMatrix({ ...tedious, folder: 'databases-oldest' });
