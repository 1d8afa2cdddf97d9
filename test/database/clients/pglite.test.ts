import { testMatrix } from '../matrix.ts';

// A database in the process of the application: there is no server.
const pglite = { cases: 'pglite', adapter: 'pglite', system: 'postgresql', url: () => undefined };

testMatrix(pglite);
testMatrix({ ...pglite, folder: 'databases-older' });
