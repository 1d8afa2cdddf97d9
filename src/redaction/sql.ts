import { dialectOf } from '../database/sql-dialects.ts';
import type { TokenSink } from '../database/sql-scanner.ts';
import { advance, createScanner, type Scanner } from '../database/sql-tokens.ts';
import { createShown, finish, show } from './sql-lists.ts';

/** Writes down what may be shown of the tokens that a scanner hands to it, while it looks for names. */
export interface SqlText {
  readonly take: TokenSink;
  /** Whether it needs no more tokens. */
  readonly isDone: () => boolean;
  readonly text: () => string;
}

export const createSqlText = (): SqlText => {
  const shown = createShown();
  let before = 0;
  let isAfterDot = false;
  let isAfterDistinct = false;
  let isVacuum = false;
  let done = false;
  let isWhole = false;

  /** IS DISTINCT FROM "text" is no place for a table, and VACUUM INTO "text" is a file. */
  const isNamed = (): boolean =>
    isAfterDot ||
    BEFORE_NAMES.has(shown.keyword) ||
    (shown.keyword === 'FROM' && !isAfterDistinct) ||
    (shown.keyword === 'INTO' && !isVacuum);

  const take: TokenSink = scanner => {
    if (done) return;
    const { kind, start, end, text } = scanner;
    if (kind === 'end' || scanner.obscured) {
      done = true;
      isWhole = !(scanner.cut || scanner.obscured) && NOTHING_MORE.test(text.slice(start));
      return;
    }
    const piece = kind === 'literal' || (mayBeString(scanner) && !isNamed()) ? '?' : text.slice(start, end);
    isVacuum ||= scanner.keyword === 'VACUUM';
    isAfterDistinct = shown.keyword === 'DISTINCT';
    const gap = start > before && shown.text !== '' ? ' ' : '';
    show(shown, scanner, gap, piece, !isAfterDot && scanner.keyword !== '');
    done = shown.full || scanner.unclear;
    before = end;
    isAfterDot = kind === '.';
  };
  return { take, isDone: () => done, text: () => finish(shown, isWhole) };
};

const NOTHING_MORE = /^[\s;]*$/;

/**
 * A statement as it may be shown: no literal, no comment, one blank where there were many. Of several statements
 * the first. What cannot be told from a literal for sure, such as all that follows a backslash before a quote, is
 * left out. Lists of values after `IN` and rows of them after `VALUES` are shown once, so that texts that differ
 * only in their number are the same. Reads at most 16,384 characters, in one pass; never throws.
 *
 * `system` is OpenTelemetry's `db.system.name`: postgresql, mysql, mariadb, microsoft.sql_server, oracle.db, sqlite
 * or cassandra. Of any other, what may be a literal in one of them is hidden, and reading stops where they disagree.
 */
export const sanitiseSql = (text: string, system = 'postgresql'): string => {
  const shown = createSqlText();
  const scanner = createScanner(text, dialectOf(system), shown.take);
  while (!shown.isDone()) advance(scanner);
  return shown.text();
};

/** What stands behind these is a name for sure. */
const BEFORE_NAMES: ReadonlySet<string> = new Set(['JOIN', 'UPDATE', 'TABLE', 'AS']);

/** "…" where that is not certain to be a name. */
const mayBeString = ({ kind, dialect, text, start, end }: Scanner): boolean =>
  kind === 'quoted' && dialect.doubleQuotedMayBeString && text[start] === '"' && text[end] !== '.';
