import { rememberTexts } from '../text-cache.ts';
import { dialectOf } from './sql-dialects.ts';
import { readStatement, type Statement } from './sql-statement.ts';

export type { Statement } from './sql-statement.ts';

const NOTHING: Statement = { operation: 'none', table: 'none' };

/**
 * Reads SQL texts and remembers what it read, in bounded memory. `system` is the database's `db.system.name`, which
 * says how its texts are written.
 */
export const createStatementReader = (system = 'postgresql'): ((text: unknown) => Statement) => {
  const dialect = dialectOf(system);
  const read = rememberTexts(text => readStatement(text, dialect));
  return text => (typeof text === 'string' ? read(text) : NOTHING);
};
