import {
  findVerb,
  inParentheses,
  MAIN_VERBS,
  QUERIES,
  type Reader,
  readClauses,
  readName,
  readQuery,
  skip,
  skipParentheses,
  words,
} from './sql-query.ts';
import { readCopy, readDelete, readInsert, readLoad, readUpdate, target } from './sql-targets.ts';
import { advance } from './sql-tokens.ts';

const BEFORE_EXPLAINED = words(
  'EXPLAIN DESCRIBE DESC ANALYZE ANALYSE VERBOSE EXTENDED PARTITIONS QUERY PLAN TABLE COLUMNFAMILY',
);
const BEFORE_MAINTAINED = words('FULL FREEZE VERBOSE ANALYZE LOCAL NO_WRITE_TO_BINLOG TABLE TABLES INSERT');
const MODIFIERS = words(
  'OR REPLACE ALTER GLOBAL LOCAL PRIVATE TEMP TEMPORARY UNLOGGED FOREIGN EXTERNAL VIRTUAL MATERIALIZED RECURSIVE UNIQUE CLUSTERED NONCLUSTERED FULLTEXT SPATIAL BITMAP CUSTOM CONSTRAINT IGNORE ON',
);
const MYSQL_MODIFIERS = words('ALGORITHM DEFINER SQL');
const KINDS = words('TABLE VIEW TRIGGER PROCEDURE FUNCTION EVENT');
const TABLES = words('TABLE VIEW COLUMNFAMILY');
const BEFORE_NAME = words('IF NOT EXISTS ONLY CONCURRENTLY');
const NAMED_ON_TABLE = words('INDEX TRIGGER POLICY');

const nothing: Reader = () => '';

const readSelect: Reader = (reading, outer) => readClauses(reading, outer, 'expression');

const readOptions: Reader = (reading, outer) =>
  QUERIES.has(reading.scanner.keyword) ? readQuery(reading, outer) : '';

/** EXPLAIN of a statement, behind options such as (ANALYZE) or FORMAT=JSON, or DESCRIBE of a table. */
const readExplained: Reader = (reading, outer) => {
  const { scanner } = reading;
  advance(scanner);
  skip(scanner, BEFORE_EXPLAINED);
  while (scanner.keyword === 'FORMAT') {
    for (let part = 0; part < 3; part++) advance(scanner);
    skip(scanner, BEFORE_EXPLAINED);
  }
  // Oracle's EXPLAIN PLAN SET STATEMENT_ID = … INTO … FOR.
  if (scanner.keyword === 'SET' || scanner.keyword === 'INTO' || scanner.keyword === 'FOR') {
    while (scanner.kind !== 'end' && scanner.keyword !== 'FOR') advance(scanner);
    advance(scanner);
    // Not by asking itself again, which would need as deep a stack as the text asks for.
    skip(scanner, BEFORE_EXPLAINED);
  }
  // Options, or already the query.
  const table = scanner.kind === '(' ? inParentheses(reading, readOptions) : '';
  if (table !== '' || scanner.kind === '(' || scanner.keyword === 'WITH' || VERBS.has(scanner.keyword))
    return table || readQuery(reading, outer);
  return NOT_DESCRIBED.has(scanner.keyword) ? '' : readName(scanner);
};
const NOT_DESCRIBED = words('CONNECTION KEYSPACE KEYSPACES TABLES TYPE TYPES SCHEMA CLUSTER FUNCTION INDEX');

/** PREPARE name AS query, DECLARE name CURSOR FOR query. */
const readBehind =
  (word: string): Reader =>
  (reading, outer) => {
    const { scanner } = reading;
    while (scanner.kind !== 'end' && scanner.keyword !== word) advance(scanner);
    advance(scanner);
    return MAIN_VERBS.has(findVerb(reading)) ? readQuery(reading, outer) : '';
  };

/** CQL's BEGIN BATCH INSERT … APPLY BATCH; others end behind BEGIN, or follow it with statements of their own. */
const readBegin: Reader = (reading, outer) => {
  const { scanner } = reading;
  advance(scanner);
  if (scanner.keyword === 'UNLOGGED' || scanner.keyword === 'COUNTER') advance(scanner);
  if (scanner.keyword !== 'BATCH') return '';
  while (scanner.kind !== 'end' && !MAIN_VERBS.has(scanner.keyword)) advance(scanner);
  return readQuery(reading, outer);
};

/** CREATE, ALTER, DROP and their like: a table or view itself, or what belongs to the table behind ON. */
const readDefinition: Reader = reading => {
  const { scanner } = reading;
  advance(scanner);
  if (scanner.kind === '(') skipParentheses(reading); // REINDEX (options)
  skip(scanner, MODIFIERS);
  if (MYSQL_MODIFIERS.has(scanner.keyword))
    while (scanner.kind !== 'end' && !KINDS.has(scanner.keyword)) advance(scanner);
  if (NAMED_ON_TABLE.has(scanner.keyword)) {
    while (scanner.kind !== 'end' && scanner.keyword !== 'ON') advance(scanner);
  } else if (!TABLES.has(scanner.keyword)) return '';
  advance(scanner);
  skip(scanner, BEFORE_NAME);
  return scanner.keyword === 'ALL' ? '' : readName(scanner);
};

/** VACUUM (options) name, OPTIMIZE TABLE name, BULK INSERT name. */
const readMaintained: Reader = reading => {
  const { scanner } = reading;
  advance(scanner);
  if (scanner.kind === '(') skipParentheses(reading);
  skip(scanner, BEFORE_MAINTAINED);
  return scanner.keyword === 'INTO' ? '' : readName(scanner);
};

const all = (verbs: string, read: Reader): [string, Reader][] =>
  verbs.split(' ').map((verb): [string, Reader] => [verb, read]);

/** Every operation that there is, and BATCH; nothing else becomes a label. */
export const VERBS: ReadonlyMap<string, Reader> = new Map([
  ...all(
    'ABORT ATTACH BACKUP BINLOG CALL CHANGE CHECKPOINT CLOSE COMMIT DBCC DEALLOCATE DENY DETACH DISCARD DO END EXEC EXECUTE FETCH FLUSH GRANT HELP IF IMPORT INSTALL KILL LIST LISTEN MOVE NOTIFY OPEN PRAGMA PRINT PURGE RAISERROR REASSIGN RELEASE RESET RESIGNAL RESTORE REVERT REVOKE ROLLBACK SAVE SAVEPOINT SECURITY SET SHOW SHUTDOWN SIGNAL START STOP THROW UNINSTALL UNLISTEN UNLOCK USE WAITFOR WHILE XA',
    nothing,
  ),
  ...all('SELECT VALUES TABLE', readSelect),
  ...all('CREATE ALTER DROP COMMENT REFRESH REINDEX RENAME', readDefinition),
  ...all('VACUUM ANALYZE CLUSTER OPTIMIZE CHECK CHECKSUM REPAIR HANDLER BULK FLASHBACK', readMaintained),
  ...all('INSERT REPLACE UPSERT', readInsert),
  ...all('MERGE TRUNCATE LOCK', target),
  ...all('EXPLAIN DESCRIBE DESC', readExplained),
  ...all('UPDATE', readUpdate),
  ...all('DELETE', readDelete),
  ...all('COPY', readCopy),
  ...all('LOAD', readLoad),
  ...all('BEGIN', readBegin),
  ...all('PREPARE', readBehind('AS')),
  ...all('DECLARE', readBehind('FOR')),
]);
