import { detach, readStatement, type Statement } from './sql-statement.ts';

export type { Statement } from './sql-statement.ts';

/** Longer texts are read anew each time: they are rarely the same twice, and remembering them costs memory. */
const MAX_TEXT = 4096;
/** Bounds of one of the two generations. */
const MAX_ENTRIES = 500;
const MAX_CHARACTERS = 500_000;

const NOTHING: Statement = { operation: 'none', table: 'none' };

/**
 * Reads SQL texts and remembers what it read, in bounded memory: two generations of at most 500 texts and
 * 500,000 characters. What is asked for again moves into the young one; when that is full it becomes the
 * old one, which is forgotten. So a flood of texts that are never repeated does not push out the others.
 */
export const createStatementReader = (): ((text: unknown) => Statement) => {
  let young = new Map<string, Statement>();
  let old = new Map<string, Statement>();
  let characters = 0;

  const remember = (text: string, statement: Statement): void => {
    if (young.size >= MAX_ENTRIES || characters + text.length > MAX_CHARACTERS) {
      old = young;
      young = new Map();
      characters = 0;
    }
    young.set(detach(text), statement);
    characters += text.length;
  };

  return text => {
    if (typeof text !== 'string') return NOTHING;
    const known = young.get(text);
    if (known !== undefined) return known;
    if (text.length > MAX_TEXT) return readStatement(text);
    const statement = old.get(text) ?? readStatement(text);
    remember(text, statement);
    return statement;
  };
};
