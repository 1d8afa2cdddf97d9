import type { SentCall } from '../call-observer.ts';

/** The parts of tedious that are read here; nothing in them is taken for granted. */
export interface Request {
  callback?: unknown;
  readonly canceled?: unknown;
  readonly sqlTextOrProcedure?: unknown;
  /** Of a bulk load. */
  readonly table?: unknown;
}

const system = 'microsoft.sql_server';
/** Numbers of the procedures that the protocol itself knows. */
const prepare = 11;
const unprepare = 15;
/** The same by their names, as mssql calls them. */
const operations: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  ...([
    [prepare, 'PREPARE'],
    ['sp_prepare', 'PREPARE'],
  ] as const),
  ...([
    [unprepare, 'UNPREPARE'],
    ['sp_unprepare', 'UNPREPARE'],
  ] as const),
]);

type Said = Pick<SentCall, 'system' | 'text' | 'operation'>;

/** A transaction's message only says what it is to people, before its name. */
const transactionOf = (payload: object): string | undefined =>
  /^(Begin|Commit|Rollback|Save) Transaction/.exec(String(payload))?.[1];

export const isBulkDeclaration = (request: Request): boolean =>
  typeof request.sqlTextOrProcedure === 'string' && request.sqlTextOrProcedure.startsWith('insert bulk ');

/** What tedious asks by itself about the parameters of a request, where columns are encrypted. */
const encryption = 'sp_describe_parameter_encryption';

/** What a request asks for: its SQL wherever it has any; `undefined`: nothing of the application's. */
export const saidOf = (request: Request, payload: object): Said | undefined => {
  const { sqlTextOrProcedure: text, table } = request;
  if (typeof table === 'string') return { system, text: `INSERT INTO ${table}` };
  const procedure = 'procedure' in payload ? payload.procedure : undefined;
  if (procedure === encryption) return undefined;
  const operation = operations.get(procedure) ?? (typeof procedure === 'string' ? 'EXECUTE' : undefined);
  if (operation !== undefined) return { system, operation };
  if (typeof text === 'string')
    return { system, text: isBulkDeclaration(request) ? text.replace('insert bulk', 'INSERT INTO') : text };
  return { system, operation: transactionOf(payload) ?? 'other' };
};
