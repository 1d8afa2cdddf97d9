import { testMatrix } from '../matrix.ts';

testMatrix({ cases: 'node-sqlite', adapter: 'node-sqlite', system: 'sqlite', url: () => undefined });
