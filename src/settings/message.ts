import { type Setting, written } from './setting.ts';

const longestQuote = 80;
const longestUsed = 120;
// What could break or forge a line on a terminal: control, format and separator characters, lone surrogates.
const dangerous = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/** Text from outside made safe for one line of a message: quoted, escaped, shortened. */
export function quote(text: string): string {
  let shown = '';
  for (const character of text) {
    const piece = escaped(character);
    if (shown.length + piece.length > longestQuote) return `"${shown}…"`;
    shown += piece;
  }
  return `"${shown}"`;
}

/** What was given, what was expected, what is done instead. */
export function complaint(setting: Setting<unknown>, text: string, salvaged: unknown): string {
  const { name, kind, secret } = setting;
  const given = secret ? '(hidden)' : quote(kind.redact?.(text) ?? text);
  return `${name}=${given} is not ${kind.expected}: ${instead(setting, salvaged)}`;
}

function instead(setting: Setting<unknown>, salvaged: unknown): string {
  if (setting.consequence !== undefined) return setting.consequence;
  const used =
    salvaged === undefined ? (setting.fallbackText ?? written(setting.fallback)) : written(salvaged);
  if (used.length > longestUsed) return 'using the rest of it';
  return used === '' ? 'ignored' : `using ${used}`;
}

function escaped(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '"' || character === '\\') return `\\${character}`;
  if (!dangerous.test(character)) return character;
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}
