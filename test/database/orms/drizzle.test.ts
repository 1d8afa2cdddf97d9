import { after, before } from 'node:test';
import { testMatrix } from '../matrix.ts';
import { type PostgresServer, startPostgres } from '../postgres-server.ts';

let postgres: PostgresServer | undefined;
before(async () => {
  postgres = await startPostgres({ logged: true });
});
after(() => postgres?.stop());

const drizzle = { orm: 'drizzle', cases: 'drizzle', folder: 'orms' };

testMatrix({
  ...drizzle,
  adapter: 'pg',
  system: 'postgresql',
  url: () => postgres?.url,
  served: () => postgres?.statements,
});
