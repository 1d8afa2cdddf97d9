import type { Kind } from './setting.ts';

const digits = /^\d+$/;
const decimal = /^(?:\d+(?:\.\d*)?|\.\d+)$/;
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}]/u;
const longestText = 1024;

/** No control characters, line breaks or halves of a surrogate pair: safe in a header, a label and a log line. */
export function isPrintable(text: string): boolean {
  return text.length <= longestText && !unprintable.test(text) && text.isWellFormed();
}

/** Any printable text: a name, a path. */
export const text: Kind<string> = {
  expected: `a printable text of at most ${longestText} characters`,
  parse: given => (isPrintable(given) ? given : undefined),
};

const booleans = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

export const boolean: Kind<boolean> = {
  expected: 'true or false',
  parse: given => booleans.get(given.toLowerCase()),
};

/** Decimal digits only: 1e3, 0x10 and 9464abc are typing errors more often than numbers. */
export function integer(least: number, most: number): Kind<number> {
  return {
    expected: `a whole number from ${least} to ${most}`,
    parse: given => (digits.test(given) ? within(Number(given), least, most) : undefined),
  };
}

export function number(least: number, most: number): Kind<number> {
  return { expected: `a number from ${least} to ${most}`, parse: given => decimalWithin(given, least, most) };
}

/** Timers beyond 2^31-1 ms fire at once, which would turn a long interval into a busy loop. */
export const milliseconds: Kind<number> = integer(1, 2 ** 31 - 1);

/** One of some words, in any case; the result is spelled as in the list. */
export function enumeration<const Word extends string>(words: readonly Word[]): Kind<Word> {
  return {
    expected: `one of ${words.join(', ')}`,
    parse: given => words.find(word => word === given.toLowerCase()),
  };
}

/** What a client can send in an Authorization header. */
export const token: Kind<string> = {
  expected: 'a token of visible ASCII characters without spaces',
  parse: given => (/^[\x21-\x7e]{1,1024}$/.test(given) ? given : undefined),
};

export const userAndPassword: Kind<string> = {
  expected: 'user:password',
  parse: given => (isPrintable(given) && /^[^:]+:./.test(given) ? given : undefined),
};

export function decimalWithin(given: string, least: number, most: number): number | undefined {
  return decimal.test(given) ? within(Number(given), least, most) : undefined;
}

function within(value: number, least: number, most: number): number | undefined {
  return value >= least && value <= most ? value : undefined;
}
