import { decimalWithin, isPrintable } from './parse.ts';
import type { Kind } from './setting.ts';

const headerName = /^[!#$%&'*+.^_`|~\w-]+$/;
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;
const mostBuckets = 64;

/**
 * Some of a few words, in any case. Words that are not known are left out of what can still be used.
 *
 * @param wordOf what is meant by one that was given
 */
export function words<const Word extends string>(
  known: readonly Word[],
  wordOf: (given: string) => string = given => given,
): Kind<readonly Word[]> {
  const wordsIn = (text: string): readonly string[] => lowerItems(text).map(wordOf);
  const recognised = (given: readonly string[]): readonly Word[] | undefined =>
    nonEmpty(known.filter(word => given.includes(word)));
  const isKnown = (item: string): boolean => known.some(word => word === item);
  return {
    expected: `a list of ${known.join(', ')}`,
    parse: given => (wordsIn(given).every(isKnown) ? recognised(wordsIn(given)) : undefined),
    salvage: given => recognised(wordsIn(given)),
  };
}

/** Like `words`, or the single word `none`, which is the empty list. */
export function wordsOrNone<const Word extends string>(known: readonly Word[]): Kind<readonly Word[]> {
  const some = words(known);
  return {
    ...some,
    expected: `${some.expected}, or none alone`,
    parse: given => (given.toLowerCase() === 'none' ? [] : some.parse(given)),
  };
}

/** Names separated by commas. */
export const names: Kind<readonly string[]> = {
  expected: 'a list of names separated by commas',
  parse: given => (items(given).every(isPrintable) ? nonEmpty(items(given)) : undefined),
};

/** Upper bounds of histogram buckets. */
export const buckets: Kind<readonly number[]> = {
  expected: `a list of 1 to ${mostBuckets} ascending positive numbers`,
  parse: given => {
    const parts = given.split(',', mostBuckets + 1);
    if (parts.length > mostBuckets) return undefined;
    const bounds: number[] = [];
    for (const part of parts) {
      const bound = decimalWithin(part.trim(), Number.MIN_VALUE, Number.MAX_VALUE);
      if (bound === undefined || bound <= (bounds.at(-1) ?? 0)) return undefined;
      bounds.push(bound);
    }
    return bounds;
  },
};

/** Percent-encoded key=value pairs. One broken pair refuses the whole list, as OpenTelemetry asks. */
export const attributes: Kind<Readonly<Record<string, string>>> = {
  expected: 'a list of key=value pairs separated by commas, percent-encoded',
  parse: given => pairs(given, (key, value) => isPrintable(key) && isPrintable(value)),
};

/** Pairs that are legal in HTTP: a line break that comes out of the decoding would fail every export. */
export const headers: Kind<Readonly<Record<string, string>>> = {
  expected: 'a list of HTTP headers as key=value pairs separated by commas, percent-encoded',
  parse: given => pairs(given, (key, value) => headerName.test(key) && headerValue.test(value)),
};

/**
 * Numbers of occurrences for words and routes: `warning=10,/users/:id=5,/health=off`; `off` is infinity. The last sign
 * separates, because a route may hold one.
 */
export function thresholds(words: readonly string[]): Kind<Readonly<Record<string, number>>> {
  const isName = (name: string): boolean => name.startsWith('/') || words.includes(name);
  const count = (given: string): number | undefined => {
    if (given.toLowerCase() === 'off') return Number.POSITIVE_INFINITY;
    return /^[1-9]\d{0,8}$/.test(given) ? Number(given) : undefined;
  };
  return {
    expected: `a list of name=count separated by commas, each name a route (/users/:id) or one of ${words.join(', ')}, each count a number from 1 on or off`,
    parse: given => {
      const found: [string, number][] = [];
      for (const item of items(given)) {
        const separator = item.lastIndexOf('=');
        const name = item.slice(0, Math.max(separator, 0)).trim();
        const value = count(item.slice(separator + 1).trim());
        if (!isName(name) || value === undefined) return undefined;
        found.push([name, value]);
      }
      return found.length > 0 ? Object.fromEntries(found) : undefined;
    },
  };
}

function pairs(
  given: string,
  isLegal: (key: string, value: string) => boolean,
): Readonly<Record<string, string>> | undefined {
  const found: [string, string][] = [];
  for (const item of items(given)) {
    // The first sign separates: base64 in a header ends in more of them.
    const separator = item.indexOf('=');
    const key = decoded(item.slice(0, Math.max(separator, 0)));
    const value = decoded(item.slice(separator + 1));
    if (!key || value === undefined || !isLegal(key, value)) return undefined;
    found.push([key, value]);
  }
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}

function decoded(given: string): string | undefined {
  try {
    return decodeURIComponent(given.trim());
  } catch {
    return undefined;
  }
}

function items(given: string): string[] {
  return given
    .split(',')
    .map(item => item.trim())
    .filter(item => item !== '');
}

function lowerItems(given: string): string[] {
  return items(given.toLowerCase());
}

function nonEmpty<Item>(list: readonly Item[]): readonly Item[] | undefined {
  return list.length > 0 ? list : undefined;
}
