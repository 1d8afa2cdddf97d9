import { type Example, examples } from './statement-examples.ts';
import { mysqlExamples } from './statement-examples-mysql.ts';
import {
  cassandraExamples,
  oracleExamples,
  sqliteExamples,
  unknownExamples,
} from './statement-examples-others.ts';
import { sqlServerExamples } from './statement-examples-sql-server.ts';

/** The examples by `db.system.name`. */
export const bySystem: Readonly<Record<string, readonly Example[]>> = {
  postgresql: examples,
  mysql: mysqlExamples,
  mariadb: mysqlExamples,
  'microsoft.sql_server': sqlServerExamples,
  'oracle.db': oracleExamples,
  sqlite: sqliteExamples,
  cassandra: cassandraExamples,
  'of nobody': unknownExamples,
};
