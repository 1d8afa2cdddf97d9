import { after, test } from 'node:test';
import { startFerretdb } from '../ferretdb-server.ts';
import { testMatrix } from '../matrix.ts';

const ferretdb = await startFerretdb();
after(() => ferretdb?.stop());

const mongodb = { cases: 'mongodb', adapter: 'mongodb', system: 'mongodb', url: () => ferretdb?.url };

if (ferretdb === undefined) test('mongodb with FerretDB', { skip: 'there is no FerretDB' });
else
  for (const folder of ['databases', 'databases-older', 'databases-oldest'])
    testMatrix({ ...mongodb, folder });
