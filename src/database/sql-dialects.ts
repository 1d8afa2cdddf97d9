import { readCqlConstant, readCqlDollar, readCqlParameter } from './sql-cassandra.ts';
import {
  readAnyPrefixed,
  readBracketed,
  readDoubleQuotedString,
  readMoney,
  readOraclePrefixed,
  readParameter,
  readPerhapsBracketed,
  readPerhapsName,
  readPerhapsParameter,
  readPrefixed,
  readSqliteParameter,
  readTemporary,
  readUnsureDollar,
} from './sql-dialect-literals.ts';
import { readNameTo, readString } from './sql-literals.ts';
import { postgresql } from './sql-postgresql.ts';
import { type Dialect, type Read, stop } from './sql-scanner.ts';

const starts = (readers: Readonly<Record<string, Read>>): ReadonlyMap<number, Read> =>
  new Map(
    Object.entries({ "'": readString, ...readers }).map(([start, read]) => [start.charCodeAt(0), read]),
  );

const comments = {
  nest: false,
  endAtReturn: false,
  tightDashes: 'comment',
  hash: false,
  slashes: 'operators',
  executable: false,
} as const;

/** What those have in common that are not PostgreSQL. */
const others = {
  readPrefixed,
  qQuotes: false,
  hashInNames: false,
  currencies: false,
  wideQuotes: false,
  wideBlanks: true,
  doubleQuotedMayBeString: false,
  isUnclear: () => false,
  grammar: { selectInto: false, aliasedBy: '', dual: false, transact: false },
} as const;

/** With ANSI_QUOTES "…" is a name, with NO_BACKSLASH_ESCAPES a backslash hides nothing: hidden or left out. */
const mysql: Dialect = {
  ...others,
  starts: starts({ '"': readDoubleQuotedString, '`': readNameTo('`'), $: readUnsureDollar }),
  comments: { ...comments, tightDashes: 'operators', hash: true, executable: true },
  isUnclear: literal => literal.includes(literal.startsWith('"') ? '\\"' : "\\'"),
  grammar: { ...others.grammar, aliasedBy: 'USING', dual: true },
};

/** With QUOTED_IDENTIFIER ON, as the drivers for Node.js have it. A backslash continues 0x… on the next line. */
const sqlServer: Dialect = {
  ...others,
  starts: starts({
    '"': readNameTo('"'),
    '[': readNameTo(']'),
    $: readMoney,
    '@': readParameter,
    '#': readTemporary,
    '\\': stop,
  }),
  hashInNames: true,
  currencies: true,
  grammar: { selectInto: true, aliasedBy: 'FROM', dual: false, transact: true },
  comments: { ...comments, nest: true },
};

/** Code of another language stands between braces. */
const oracle: Dialect = {
  ...others,
  starts: starts({ '"': readNameTo('"'), ':': readParameter, '{': stop }),
  readPrefixed: readOraclePrefixed,
  qQuotes: true,
  hashInNames: true,
  comments,
  grammar: { ...others.grammar, dual: true },
};

const sqlite: Dialect = {
  ...others,
  starts: starts({
    '"': readNameTo('"'),
    '`': readNameTo('`'),
    '[': readBracketed,
    $: readSqliteParameter,
    '@': readSqliteParameter,
    ':': readSqliteParameter,
    '#': readSqliteParameter,
    '?': readSqliteParameter,
  }),
  comments,
  doubleQuotedMayBeString: true,
};

/** Source: Cassandra's grammar of CQL, Lexer.g. */
const cassandra: Dialect = {
  ...others,
  starts: starts({ '"': readNameTo('"'), $: readCqlDollar, ':': readCqlParameter }),
  readConstant: readCqlConstant,
  readPrefixed: () => false,
  comments: { ...comments, endAtReturn: true, slashes: 'comment' },
};

/** Hides what is a literal for any of them, and stops where they disagree about where one ends. */
const unknown: Dialect = {
  ...others,
  starts: starts({
    '"': readDoubleQuotedString,
    '`': readPerhapsName,
    '[': readPerhapsBracketed,
    $: readPerhapsParameter,
    ':': readPerhapsParameter,
    '@': readPerhapsParameter,
    '#': stop,
    '{': stop,
    '\\': stop,
  }),
  readPrefixed: readAnyPrefixed,
  qQuotes: true,
  currencies: true,
  wideQuotes: true,
  comments: { ...comments, tightDashes: 'unknown', slashes: 'unknown', executable: true },
  grammar: { ...others.grammar, dual: true },
  // '''…''' is a string of its own for some.
  isUnclear: literal => /\\['"]|'''|"""/.test(literal),
};

const dialects: ReadonlyMap<string, Dialect> = new Map([
  ['postgresql', postgresql],
  ['mysql', mysql],
  ['mariadb', mysql],
  ['microsoft.sql_server', sqlServer],
  ['oracle.db', oracle],
  ['sqlite', sqlite],
  ['cassandra', cassandra],
]);

/** By OpenTelemetry's `db.system.name`. Of one that is not known here, whatever may be a literal is hidden. */
export const dialectOf = (system: string): Dialect => dialects.get(system) ?? unknown;
