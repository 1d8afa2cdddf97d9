import { sanitiseSql } from '../redaction/sql.ts';
import { rememberTexts } from './text-cache.ts';

/** Takes the literals out of statements, once per text for as long as it is remembered. */
export const createSqlSanitiser = (): ((text: string) => string) => rememberTexts(sanitiseSql);
