import { rememberTexts } from '../text-cache.ts';
import { readStatement, type Statement } from './sql-statement.ts';

export type { Statement } from './sql-statement.ts';

const NOTHING: Statement = { operation: 'none', table: 'none' };

/** Reads SQL texts and remembers what it read, in bounded memory. */
export const createStatementReader = (): ((text: unknown) => Statement) => {
  const read = rememberTexts(readStatement);
  return text => (typeof text === 'string' ? read(text) : NOTHING);
};
