import type { OrmLedger } from './ledger.ts';

/** Each is tested on the clients that it supports and that have an adapter. */
export const ormLedgers: readonly OrmLedger[] = [
  {
    name: 'Prisma',
    cases: 'prisma',
    packages: ['prisma', '@prisma/adapter-pg', '@prisma/adapter-mariadb', '@prisma/adapter-better-sqlite3'],
    clients: ['pg', 'mariadb', 'better-sqlite3'],
    notes: [
      'It quotes every name: the tables of the models `User` and `Post` are `User` and `Post`, as `@@map` has them where there is one.',
      'Several `findUnique` of the same moment are one statement. Relations that are included are a statement each.',
      'MySQL has no `RETURNING`: a write that answers with its row is a transaction with a `SELECT` in it.',
      'An engine in Rust without a driver adapter, as Prisma 6 and before have it by default, sends its queries past Node.js: they are not seen.',
    ],
  },
  {
    name: 'Drizzle',
    cases: 'drizzle',
    packages: ['drizzle-orm'],
    clients: ['pg', 'postgres', 'pglite', 'mysql2', 'better-sqlite3'],
    notes: [
      'It sends nothing by itself. Relations that are asked for with `with` are one statement, whose table is the first one.',
    ],
  },
  {
    name: 'Kysely',
    cases: 'kysely',
    packages: ['kysely', 'kysely-postgres-js'],
    clients: ['pg', 'postgres', 'pglite', 'mysql2', 'better-sqlite3'],
    notes: ['It sends nothing by itself.'],
  },
  {
    name: 'knex',
    cases: 'knex',
    packages: ['knex'],
    clients: ['pg', 'mysql2', 'better-sqlite3'],
    notes: [
      'On PostgreSQL and MySQL it asks each new connection for the version of the server: one `SELECT` without a table.',
      '`batchInsert` is a transaction with a statement for each portion.',
    ],
  },
  {
    name: 'Sequelize',
    cases: 'sequelize',
    packages: ['sequelize'],
    clients: ['pg', 'mysql2', 'mariadb'],
    notes: [
      'On PostgreSQL it sets up each new connection with two `SET`, and the first of an instance asks `pg_type` for its types. `authenticate()` is a `SELECT` without a table.',
      'On MySQL a first connection is asked for the version, and each is set up with a `SET`.',
      'Its transactions begin with `START TRANSACTION`: the operation is `START`.',
    ],
  },
  {
    name: 'TypeORM',
    cases: 'typeorm',
    packages: ['typeorm'],
    clients: ['pg', 'mysql2', 'better-sqlite3'],
    notes: [
      '`save` asks first whether the row is there, and writes in a transaction; `insert` and `update` do neither.',
      'Relations by `relationLoadStrategy: "query"` ask for the ids of the related rows first.',
      '`initialize()` asks a server for its version, and PostgreSQL for the schema as well: `SELECT` without a table.',
      'Its transactions begin with `START TRANSACTION` on servers: the operation is `START`.',
    ],
  },
  {
    name: 'MikroORM',
    cases: 'mikro-orm',
    packages: ['@mikro-orm/core', '@mikro-orm/postgresql', '@mikro-orm/mysql', '@mikro-orm/sqlite'],
    clients: ['pg', 'mysql2', 'better-sqlite3', 'node-sqlite'],
    notes: [
      'Its driver for MariaDB uses `mysql2`, too.',
      'It sends nothing when it starts; `isConnected()` is a `SELECT` without a table.',
      'On MySQL the first `flush` that inserts asks for `auto_increment_increment`: a `SHOW`.',
      '`flush` writes in a transaction, `insert` and `nativeUpdate` do not.',
    ],
  },
];
