import { afterQuoted, isNamePart, QUOTE, type Read, type Scanner, settle, stop } from './sql-scanner.ts';

const DOT = 0x2e;

export const settleString = (scanner: Scanner, from: number, quote = "'"): void => {
  const end = afterQuoted(scanner.text, from, quote);
  settle(scanner, 'literal', end === -1 ? scanner.text.length : end);
};

/** Without its end it is no name: it would swallow whatever follows, literals too. */
export const settleName = (scanner: Scanner, end: number): void => {
  if (end === -1) settle(scanner, 'literal', scanner.text.length);
  else settle(scanner, 'quoted', end);
};

export const readString: Read = scanner => settleString(scanner, scanner.start + 1);

/** A name to the next such quote, a doubled one being part of it. */
export const readNameTo =
  (quote: string): Read =>
  scanner =>
    settleName(scanner, afterQuoted(scanner.text, scanner.start + 1, quote));

export const prefixOf = ({ text, start }: Scanner, at: number): string =>
  at - start > 2 ? '' : text.slice(start, at).toLowerCase();

/** B'…', X'…', N'…'. */
export const readPlainPrefixed = (scanner: Scanner, at: number, prefix: string): boolean => {
  const isLiteral =
    (prefix === 'b' || prefix === 'x' || prefix === 'n') && scanner.text.charCodeAt(at) === QUOTE;
  if (isLiteral) settleString(scanner, at + 1);
  return isLiteral;
};

export const readNumber: Read = scanner => {
  const { text, start, dialect } = scanner;
  let at = start + 1;
  while (isNamePart(text.charCodeAt(at)) || text.charCodeAt(at) === DOT) at += 1;
  // 1q'[…]': where the number ends depends on who reads it, and with it where the string does.
  const isGlued = text.charCodeAt(at) === QUOTE && /q/i.test(text[at - 1] ?? '');
  if (isGlued && dialect.qQuotes) stop(scanner);
  else settle(scanner, 'literal', at);
};
