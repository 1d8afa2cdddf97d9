import { createSqlText, sanitiseSql } from '../redaction/sql.ts';
import { rememberTexts } from '../text-cache.ts';
import { dialectOf } from './sql-dialects.ts';
import { readStatement, type Statement } from './sql-statement.ts';

export type { Statement } from './sql-statement.ts';

/** What is remembered of a statement. */
export interface ReadStatement extends Statement {
  /** The statement without its literals, from the text that it was read from. */
  readonly shown: (text: string) => string;
}

const NOTHING: ReadStatement = { operation: 'none', table: 'none', shown: () => '' };

/**
 * Reads SQL texts and remembers what it read, in bounded memory: one entry per text. `system` is the database's
 * `db.system.name`, which says how its texts are written.
 *
 * Where texts without literals are wanted too, as when every call becomes a span, both come from one pass: a new text
 * is read so when that of the new one before was asked for. Otherwise reading ends at the name of the table.
 */
export const createStatementReader = (system = 'postgresql'): ((text: unknown) => ReadStatement) => {
  const dialect = dialectOf(system);
  let isWanted = false;

  const remembered = ({ operation, table }: Statement, first: string | undefined): ReadStatement => {
    let known = first;
    const shown = (text: string): string => {
      isWanted = true;
      known ??= sanitiseSql(text, system);
      return known;
    };
    return { operation, table, shown };
  };

  const read = rememberTexts(text => {
    if (!isWanted) return remembered(readStatement(text, dialect), undefined);
    isWanted = false;
    const shown = createSqlText();
    return remembered(readStatement(text, dialect, shown.take), shown.text());
  });
  return text => (typeof text === 'string' ? read(text) : NOTHING);
};
