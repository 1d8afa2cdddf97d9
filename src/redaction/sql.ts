import { dialectOf } from '../database/sql-dialects.ts';
import { advance, createScanner, type Scanner } from '../database/sql-tokens.ts';
import { createShown, finish, show } from './sql-lists.ts';

/**
 * A statement as it may be shown: no literal, no comment, one blank where there were many. Of several statements
 * the first. What cannot be told from a literal for sure, such as all that follows a backslash before a quote, is
 * left out. Lists of values after `IN` and rows of them after `VALUES` are shown once, so that texts that differ
 * only in their number are the same. Reads at most 16,384 characters, in one pass; never throws.
 *
 * `system` is OpenTelemetry's `db.system.name`: postgresql, mysql, mariadb, microsoft.sql_server, oracle.db or
 * sqlite. Of any other, what may be a literal in one of them is hidden, and reading stops where they disagree.
 */
export const sanitiseSql = (text: string, system = 'postgresql'): string => {
  const scanner = createScanner(text, dialectOf(system));
  const { dialect } = scanner;
  const shown = createShown();
  let before = 0;
  let isAfterDot = false;
  let isAfterDistinct = false;
  let isVacuum = false;
  for (;;) {
    advance(scanner);
    const { kind, start, end } = scanner;
    if (kind === 'end') break;
    // IS DISTINCT FROM "text" is no place for a table, and VACUUM INTO "text" is a file.
    const isNamed =
      isAfterDot ||
      BEFORE_NAMES.has(shown.keyword) ||
      (shown.keyword === 'FROM' && !isAfterDistinct) ||
      (shown.keyword === 'INTO' && !isVacuum);
    isVacuum ||= scanner.keyword === 'VACUUM';
    const piece = isHidden(scanner, isNamed) ? '?' : scanner.text.slice(start, end);
    isAfterDistinct = shown.keyword === 'DISTINCT';
    const gap = start > before && shown.text !== '' ? ' ' : '';
    show(shown, scanner, gap, piece, !isAfterDot && scanner.keyword !== '');
    if (shown.full) return finish(shown, false);
    if (kind === 'literal' && dialect.isUnclear(scanner.text.slice(start, end))) return finish(shown, false);
    before = end;
    isAfterDot = kind === '.';
  }
  return finish(shown, !scanner.cut && /^[\s;]*$/.test(text.slice(scanner.start)));
};

/** What stands behind these is a name for sure. */
const BEFORE_NAMES: ReadonlySet<string> = new Set(['JOIN', 'UPDATE', 'TABLE', 'AS']);

/** A literal, or what may be one: "…" where it is not certain to be a name. */
const isHidden = ({ kind, dialect, text, start, end }: Scanner, isNamed: boolean): boolean => {
  if (kind === 'literal') return true;
  if (kind !== 'quoted' || !dialect.doubleQuotedMayBeString || text[start] !== '"') return false;
  return !isNamed && text[end] !== '.';
};
