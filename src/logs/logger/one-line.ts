import type { Json, JsonObject } from '../../redaction/redaction.ts';

/**
 * What ends a line, moves the cursor or turns the text around, beyond what JSON escapes itself: DEL, C1 with NEL, the
 * separators of lines and paragraphs, the overrides of direction.
 */
const beyondJson = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;
const isBeyondJson = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unprintable = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** JSON in one physical line, whatever reads it. */
export const jsonLine = (value: Json): string => {
  const text = JSON.stringify(value);
  // Nothing of JSON itself is among these characters: they only stand within its strings.
  return isBeyondJson.test(text) ? text.replace(beyondJson, unicodeEscape) : text;
};

/** A text in one physical line that a terminal shows as it is. */
export const printable = (text: string): string => text.replace(unprintable, escapeOf);

/** A line that somebody else's format made, which may hold the codes of colours (SGR). */
export const printableInColour = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the codes begin with one
    .split(/(\u001b\[[\d;]{0,32}m)/)
    .map((part, index) => (index % 2 === 1 ? part : printable(part)))
    .join('');

const shortEscapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const escapeOf = (character: string): string => shortEscapes[character] ?? unicodeEscape(character);

const unicodeEscape = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** As winston colours them. Source: triple-beam's colours of npm, syslog and cli levels. */
const colours: Readonly<Record<string, number>> = {
  emerg: 31,
  alert: 33,
  crit: 31,
  error: 31,
  warn: 33,
  warning: 31,
  notice: 33,
  help: 36,
  data: 90,
  info: 32,
  http: 32,
  prompt: 90,
  verbose: 36,
  input: 90,
  debug: 34,
  silly: 35,
};

/** `level: message {"more": "…"}`, the level in colour, as winston's `colorize` and `simple` have it. */
export const simpleLine = ({ level, message, ...rest }: JsonObject): string => {
  const name = printable(String(level));
  const colour = Object.hasOwn(colours, name) ? colours[name] : undefined;
  const shown = colour === undefined ? name : `\u001b[${colour}m${name}\u001b[39m`;
  const text = typeof message === 'string' ? printable(message) : jsonLine(message ?? null);
  const more = jsonLine(rest);
  return more === '{}' ? `${shown}: ${text}` : `${shown}: ${text} ${more}`;
};
