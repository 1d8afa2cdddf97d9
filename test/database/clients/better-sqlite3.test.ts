import { testMatrix } from '../matrix.ts';

// Version 13 brings its native part for every platform in the package; older ones fetch or build it when installed.
testMatrix({ cases: 'better-sqlite3', adapter: 'better-sqlite3', system: 'sqlite', url: () => undefined });
