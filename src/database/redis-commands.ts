import { otherName } from '../catalog/database.ts';

/** Commands are words; an application may send anything as one. */
const command = /^[a-z][a-z0-9_.-]{0,39}$/i;

/** The label of a command: its first word, without what it works on. Keys are data and no label. */
export const operationOf = (name: unknown): string =>
  typeof name === 'string' && command.test(name) ? name : otherName;

/** The word that an error of the server begins with: `WRONGTYPE`, `NOSCRIPT`, `ERR`. */
export const codeOf = (error: unknown): string | undefined => {
  const { message, name } = (error ?? {}) as { readonly message?: unknown; readonly name?: unknown };
  if (typeof message !== 'string' || !String(name).endsWith('Error')) return undefined;
  return /^[A-Z][A-Z0-9_]*(?= )/.exec(message)?.[0];
};

/** What clients send by themselves when they connect. */
export const ofSetUp: ReadonlySet<string> = new Set([
  'AUTH',
  'CLIENT',
  'HELLO',
  'INFO',
  'PING',
  'READONLY',
  'SELECT',
]);

/** What waits at the server for what may come, as long as the application likes. */
const waiting: ReadonlySet<string> = new Set([
  ...['BLPOP', 'BRPOP', 'BRPOPLPUSH', 'BLMOVE', 'BLMPOP', 'BZPOPMIN', 'BZPOPMAX', 'BZMPOP'],
  ...['WAIT', 'WAITAOF'],
]);

const isBlock = (word: unknown): boolean => typeof word === 'string' && word.toUpperCase() === 'BLOCK';

/** Whether a command waits, which makes it no slow one. */
export const waitsFor = (name: string, words: readonly unknown[]): boolean => {
  // Most others are told apart by their first letter.
  if (!/^[bwx]/i.test(name)) return false;
  const command = name.toUpperCase();
  return waiting.has(command) || (/^XREAD(?:GROUP)?$/.test(command) && words.some(isBlock));
};
