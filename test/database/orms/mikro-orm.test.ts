import { testOrm } from './test-orm.ts';

testOrm('mikro-orm');
