import { detach } from '../database/sql-statement.ts';
import { hideCards } from './cards.ts';
import { limits } from './limits.ts';
import { hidePairs, type PairNames } from './pairs.ts';
import { hideShapes } from './shapes.ts';
import type { UrlRedaction } from './url.ts';
import { hideInUrls } from './url-text.ts';

export interface TextRedactionOptions extends PairNames {
  readonly url: UrlRedaction;
}

/** What one of them is in every text that holds a secret: most texts are done with that. */
const suspicious =
  /[:=@]|\d(?:[ -]?\d){12}|eyJ|bearer|basic|-----BEGIN|AKIA|ASIA|gh[pousr]_|github_pat_|gl[a-z]{2,5}-|xox[a-z]|xapp-|[rs]k[_-]|whsec_|AIza|ya29|npm_|pypi-|SG\.|hv[sbr]\.|dop_v1_|shp[a-z]{2}_|hf_|hooks\.slack|webhooks/i;

/** Takes secrets out of a text of any kind, of which it shows a limited number of characters. */
export const createTextRedaction = ({
  url,
  ...names
}: TextRedactionOptions): ((text: string, longest?: number) => string) => {
  return (given, longest = limits.text) => {
    const text = given.length > longest ? cutText(given, longest) : given;
    if (!suspicious.test(text)) return text;
    const shown = hideCards(hidePairs(hideInUrls(hideShapes(text), url), names));
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

const longestWord = 4_096;

/** Anything but blanks and quotes. */
const isOfWord = (code: number): boolean => code > 32 && code !== 34 && code !== 39 && code !== 96;

const isOfNumber = (code: number): boolean => (code >= 48 && code <= 57) || code === 32 || code === 45;

const isHighSurrogate = (code: number): boolean => code >= 0xd8_00 && code <= 0xdb_ff;
