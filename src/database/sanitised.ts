import { sanitiseSql } from '../redaction/sql.ts';
import { rememberTexts } from '../text-cache.ts';

/**
 * Takes the literals out of statements, once per text for as long as it is remembered. A database's `db.system.name`
 * says how its literals are written.
 */
export const createSanitisers = (): ((system: string) => (text: string) => string) => {
  const known = new Map<string, (text: string) => string>();
  return system => {
    const found = known.get(system);
    if (found !== undefined) return found;
    const sanitise = rememberTexts(text => sanitiseSql(text, system));
    known.set(system, sanitise);
    return sanitise;
  };
};
