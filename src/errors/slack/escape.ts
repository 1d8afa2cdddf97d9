const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Control characters but tab and line feed, and those that turn the direction of what is written. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
const unprintable = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/**
 * Text as Slack shows it letter for letter: what is between `<` and `>` it takes for links and mentions, so that
 * `<!channel>` would call everybody. Source: Slack, "Formatting text for app surfaces", "Escaping text".
 *
 * @param longest characters of the result at most; what is longer ends with `…`
 */
export const escaped = (text: string, longest: number): string =>
  cut(
    startOf(text, longest)
      .replaceAll('\r\n', '\n')
      .toWellFormed()
      .replace(unprintable, '\ufffd')
      .replace(/[&<>]/g, character => entities[character] ?? character),
    longest,
  );

/** As much of a text as is needed for so many characters: only CRLF gets shorter when it is escaped. */
const startOf = (text: string, longest: number): string => text.slice(0, 2 * longest + 2);

/** Cuts escaped text, never within an entity or a character. */
const cut = (text: string, longest: number): string => {
  if (text.length <= longest) return text;
  const end = longest - 1;
  // An entity has five characters at most.
  const entity = text.lastIndexOf('&', end - 1);
  const isWithinEntity = entity >= 0 && end - entity < 5 && !text.slice(entity, end).includes(';');
  return `${text.slice(0, isWithinEntity ? entity : wholeBefore(text, end))}…`;
};

/** The end of the last whole character before an index. */
const wholeBefore = (text: string, index: number): number =>
  (text.codePointAt(index - 1) ?? 0) > 0xffff ? index - 1 : index;

/** What Slack shows in another way than it is written, where it formats: bold, italic, struck, code, emoji, a quote. */
const formatting = /[*~`\n]|(?:^|[^\w])_|:[\p{L}\p{N}_+-]+:|^&gt;/u;

/** Characters around a block of code. */
const around = 8;

/**
 * Text for where Slack formats, shown letter for letter: as it is where nothing in it is formatting, otherwise as code.
 *
 * @param longest characters of the result at most
 */
export const verbatim = (text: string, longest: number): string => {
  const shown = escaped(text, longest - around);
  if (!formatting.test(shown)) return shown;
  return /[`\n]|^\s|\s$/.test(shown) ? codeBlock(text, longest) : `\`${shown}\``;
};

/** Text as a block of code, of so many characters at most. */
export const codeBlock = (text: string, longest: number): string => {
  // Three backticks in a row would end the block.
  const content = escaped(startOf(text, longest).replaceAll('``', '`\u200b`'), longest - around);
  return `\`\`\`\n${content}\n\`\`\``;
};
