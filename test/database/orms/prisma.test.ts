import { testOrm } from './test-orm.ts';

testOrm('prisma');
