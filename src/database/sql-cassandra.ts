import { isDigit, isNameStart, type Read, type Scanner, settle, stop } from './sql-scanner.ts';

const DASH = 0x2d;
const UUID = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/iy;
const DURATION =
  /P(?=\d|T\d)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?:\d+H)?(?:\d+M)?(?:\d+S)?)?(?!\w)|P\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/iy;

const endOf = (pattern: RegExp, text: string, from: number): number => {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : -1;
};

/** Where a UUID or a duration ends that begins there, neither of which has quotes; -1: none does. */
const afterConstant = (text: string, from: number): number => {
  if (text.charCodeAt(from + 8) === DASH && text.charCodeAt(from + 13) === DASH) {
    const end = endOf(UUID, text, from);
    if (end !== -1) return end;
  }
  return (text.charCodeAt(from) | 0x20) === 0x70 ? endOf(DURATION, text, from) : -1;
};

/** Where not all is read, what stands at the end may be half a constant, which looks like a name. */
const mayBeHalf = ({ text, cut }: Scanner, at: number): boolean => cut && text.length - at < LONGEST;
const LONGEST = 40;

export const readCqlConstant = (scanner: Scanner): boolean => {
  if (mayBeHalf(scanner, scanner.start)) {
    stop(scanner);
    return true;
  }
  const end = afterConstant(scanner.text, scanner.start);
  if (end === -1) return false;
  settle(scanner, 'literal', end);
  return true;
};

/** $$…$$. */
export const readCqlDollar: Read = scanner => {
  const { text, start } = scanner;
  if (!text.startsWith('$$', start)) return settle(scanner, 'other', start + 1);
  const close = text.indexOf('$$', start + 2);
  settle(scanner, 'literal', close === -1 ? text.length : close + 2);
};

/** :name, and the colon in {key: value}, behind which a constant may stand. */
export const readCqlParameter: Read = scanner => {
  const { text, start } = scanner;
  if (mayBeHalf(scanner, start)) return stop(scanner);
  let at = start + 1;
  if (isNameStart(text.charCodeAt(at)) && afterConstant(text, at) === -1)
    while (isNameStart(text.charCodeAt(at)) || isDigit(text.charCodeAt(at))) at += 1;
  settle(scanner, at === start + 1 ? 'other' : 'parameter', at);
};
