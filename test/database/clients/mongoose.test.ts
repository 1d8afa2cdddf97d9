import { after, test } from 'node:test';
import { startFerretdb } from '../ferretdb-server.ts';
import { testMatrix } from '../matrix.ts';

const ferretdb = await startFerretdb();
after(() => ferretdb?.stop());

// By the driver beneath it, of which version 9 here has a copy of its own.
const mongoose = { cases: 'mongoose', adapter: 'mongodb', system: 'mongodb', url: () => ferretdb?.url };

if (ferretdb === undefined) test('mongoose with FerretDB', { skip: 'there is no FerretDB' });
else for (const folder of ['databases', 'databases-older']) testMatrix({ ...mongoose, folder });
