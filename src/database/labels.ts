import { noTable, operationBudget, otherName, tableBudget } from '../catalog/database.ts';
import { rememberTexts } from '../text-cache.ts';
import type { SentCall } from './call-observer.ts';
import { createStatementReader, type ReadStatement, type Statement } from './statement.ts';
import { tableLabel } from './table-label.ts';

/** The labels of a call: bounded, however many tables and commands there are. */
export type DatabaseLabels = (call: SentCall) => CallLabels;

export interface CallLabels extends Statement {
  /** Takes the literals out of its SQL; `undefined`: it has none. */
  readonly shown?: ReadStatement['shown'] | undefined;
}

/** The first so many values as they are, for the life of the process; later ones are `other`. */
const createBudget = (size: number): ((value: string) => string) => {
  const known = new Set<string>([noTable]);
  return value => {
    if (known.has(value)) return value;
    if (known.size > size) return otherName;
    known.add(value);
    return value;
  };
};

const nothing: CallLabels = { operation: noTable, table: noTable };

const nameOfOperation = (name: string): string =>
  name === otherName ? name : name.slice(0, 63).toUpperCase();

/** What is read of SQL is remembered by its text, and of commands by their names. */
export const createDatabaseLabels = (): DatabaseLabels => {
  const operations = createBudget(operationBudget);
  const tables = createBudget(tableBudget);
  const readerOf = new Map<string, ReturnType<typeof createStatementReader>>();
  const operationOf = rememberTexts(nameOfOperation);
  const tableOf = rememberTexts(tableLabel);
  const read = (system: string, text: unknown): ReadStatement => {
    let reader = readerOf.get(system);
    if (reader === undefined) {
      reader = createStatementReader(system);
      readerOf.set(system, reader);
    }
    return reader(text);
  };
  return ({ system, text, operation, table, tableOf: first }) => {
    if (operation === undefined) {
      if (typeof text !== 'string') return nothing;
      const statement = read(system, text);
      const label = tables(statement.table);
      return label === statement.table ? statement : { ...statement, table: label };
    }
    if (first !== undefined)
      return { operation: operations(operationOf(operation)), table: tables(read(system, first).table) };
    const labels = {
      operation: operations(operationOf(operation)),
      table: table === undefined || table === '' ? noTable : tables(tableOf(table)),
    };
    return typeof text === 'string' ? { ...labels, shown: read(system, text).shown } : labels;
  };
};
