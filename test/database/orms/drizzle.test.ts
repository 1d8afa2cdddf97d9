import { testOrm } from './test-orm.ts';

testOrm('drizzle');
