import { after, before, describe } from 'node:test';
import { observePg } from './observed-pg.ts';
import { testCalls } from './pg-calls.ts';
import { startPglite } from './pglite-server.ts';

describe('pg on PGlite', () => {
  const observed = observePg();
  let server: Awaited<ReturnType<typeof startPglite>> | undefined;
  before(async () => {
    server = await startPglite();
  });
  after(async () => {
    observed.undo();
    await server?.stop();
  });
  testCalls(() => server?.url ?? '', observed, 1);
});
