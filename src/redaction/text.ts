import { detach } from '../text-cache.ts';
import { hideCards } from './cards.ts';
import { limits } from './limits.ts';
import { hideOptions, hidePairs, type PairNames } from './pairs.ts';
import { hideShapes } from './shapes.ts';
import type { UrlRedaction } from './url.ts';
import { hideInUrls } from './url-text.ts';

export interface TextRedactionOptions extends PairNames {
  readonly url: UrlRedaction;
}

/** One of these is in every text that holds what is found by its looks. */
const looks =
  /\d(?:[ -]?\d){12}|eyJ|bearer|basic|-----BEGIN|AKIA|ASIA|gh[pousr]_|github_pat_|gl[a-z]{2,5}-|xox[a-z]|xapp-|[rs]k[_-]|whsec_|AIza|ya29|npm_|pypi-|SG\.|hv[sbr]\.|dop_v1_|shp[a-z]{2}_|hf_|:AA|password[ \t]+['"]|identified[ \t]+by|hooks\.slack|webhooks/i;
/** And one of these where it is found by its name or its place. */
const signs = /[:=@]|--/;

/** Takes secrets out of a text of any kind, of which it shows a limited number of characters. */
export const createTextRedaction = ({
  url,
  ...names
}: TextRedactionOptions): ((text: string, longest?: number) => string) => {
  const hideNamed = (text: string): string =>
    signs.test(text) ? hidePairs(hideOptions(hideInUrls(text, url), names), names) : text;
  // Most texts are done with the two tests.
  const once = (text: string): string =>
    looks.test(text) ? hideCards(hideNamed(hideShapes(text))) : hideNamed(text);
  return (given, longest = limits.text) => {
    const text = given.length > longest ? cutText(given, longest) : given;
    let shown = once(text);
    // What was hidden may have stood between a name and another secret; a long text of them would take too long.
    if (shown === text) return shown;
    if (shown.length <= longestTwice) shown = once(shown);
    return shown.length > longest ? cutText(shown, longest) : shown;
  };
};

/**
 * A text of at most so many characters. Its last word is left out as well, because it may be the half of a secret that
 * as a whole would be found.
 */
export const cutText = (text: string, longest: number): string => {
  let end = Math.max(0, longest - 1);
  const first = Math.max(0, end - longestWord);
  while (end > first && isOfWord(text.charCodeAt(end - 1))) end--;
  // The groups of a card number.
  while (end > first && isOfNumber(text.charCodeAt(end - 1))) end--;
  if (end > 0 && isHighSurrogate(text.charCodeAt(end - 1))) end--;
  // A slice would keep the whole text alive for as long as it waits to be sent.
  return `${detach(text.slice(0, end))}…`;
};

const longestTwice = 2_048;
const longestWord = 4_096;

/** Anything but blanks and quotes. */
const isOfWord = (code: number): boolean => code > 32 && code !== 34 && code !== 39 && code !== 96;

const isOfNumber = (code: number): boolean => (code >= 48 && code <= 57) || code === 32 || code === 45;

const isHighSurrogate = (code: number): boolean => code >= 0xd8_00 && code <= 0xdb_ff;
