import { sanitiseSql } from '../redaction/sql.ts';
import { rememberTexts } from '../text-cache.ts';

/**
 * Takes the literals out of statements, once per text for as long as it is remembered. `system` is the database's
 * `db.system.name`, which says how its literals are written.
 */
export const createSqlSanitiser = (system = 'postgresql'): ((text: string) => string) =>
  rememberTexts(text => sanitiseSql(text, system));
