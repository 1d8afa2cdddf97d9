import path from 'node:path';

/**
 * `combined.log`, `combined1.log`, `combined2.log`, …: the names of winston 3's File transport without `tailable`. The
 * newest file has the highest number.
 */
export const numberedName = (name: string, number: number): string => {
  if (number === 0) return name;
  const { name: stem, ext } = path.parse(name);
  return `${stem}${number}${ext}`;
};

/** The highest number; one more digit, and a file of somebody else with a date in its name would be the newest. */
export const lastNumber = 9_999_999;

/** Numbers of the files among a directory's entries, in no order. */
export const numbersAmong = (entries: readonly string[], name: string): readonly number[] => {
  const { name: stem, ext } = path.parse(name);
  const numbers: number[] = [];
  for (const entry of entries) {
    if (entry === name) numbers.push(0);
    if (!entry.startsWith(stem) || !entry.endsWith(ext)) continue;
    const digits = entry.slice(stem.length, entry.length - ext.length);
    if (/^[1-9]\d{0,6}$/.test(digits)) numbers.push(Number(digits));
  }
  return numbers;
};
