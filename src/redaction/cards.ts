import { redacted } from './limits.ts';

/** A row of digits with at most one blank or hyphen between them; not a part of a word or of a fraction. */
const rows = /(?<![a-z\d]|\d\.)\d(?:[ -]?\d){12,}/gi;

/** What may begin a card number, by its number of digits. Source: ISO/IEC 7812, and what the schemes publish. */
const issued =
  /^(?:4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]|2[2-7])\d{14}|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11}|(?:3[05689]|6[0245]|81)\d{14,17}|(?:5[06-8]|6\d)\d{11,17})$/;

/** Takes card numbers of 13 to 19 digits, with the check digit of Luhn, out of a text. */
export const hideCards = (text: string): string =>
  text.replace(rows, (row, offset: number) => hideIn(row, /^[a-z]/i.test(text.charAt(offset + row.length))));

/** Numbers beside each other are one row, so that each part of it that begins and ends with a group is tried. */
const hideIn = (row: string, endsInWord: boolean): string => {
  const parts = row.split(/([ -])/);
  const count = endsInWord ? parts.length - 1 : parts.length;
  let shown = '';
  for (let at = 0; at < parts.length; at += 2) {
    const last = endOfCard(parts, at, count);
    shown += last === undefined ? parts[at] : redacted;
    at = last ?? at;
    shown += parts[at + 1] ?? '';
  }
  return shown;
};

const endOfCard = (parts: readonly string[], first: number, count: number): number | undefined => {
  let digits = '';
  for (let at = first; at < count && digits.length < 19; at += 2) {
    digits += parts[at];
    if (digits.length >= 13 && issued.test(digits) && isLuhn(digits)) return at;
  }
  return undefined;
};

const isLuhn = (digits: string): boolean => {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 48;
    sum += index % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return sum % 10 === 0;
};
