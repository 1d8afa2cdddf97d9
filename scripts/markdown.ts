/** Parts of generated pages. */

export const code = (text: string): string => (text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``);

export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map(cells => `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |\n`)
    .join('');

/** Nothing, where there are no lines. */
export const list = (title: string, lines: readonly string[]): string => {
  if (lines.length === 0) return '';
  return [...(title === '' ? [] : [title, '']), ...lines.map(line => `- ${line}`), ''].join('\n');
};

/** As GitHub names the place of a heading. */
export const anchorOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');

export interface Merged<Value> {
  readonly value: Value;
  /** ` (Koa 2)`: who says it, where not all do. */
  readonly only: string;
}

/** What several say, each thing once. */
export const merged = <Source, Value>(
  sources: readonly Source[],
  nameOf: (source: Source) => string,
  read: (source: Source) => readonly Value[],
): readonly Merged<Value>[] => {
  const said = new Map<string, { readonly value: Value; readonly by: string[] }>();
  for (const source of sources) {
    for (const value of read(source)) {
      const key = JSON.stringify(value);
      const entry = said.get(key) ?? { value, by: [] };
      said.set(key, entry);
      if (!entry.by.includes(nameOf(source))) entry.by.push(nameOf(source));
    }
  }
  return [...said.values()].map(({ value, by }) => ({
    value,
    only: by.length === sources.length ? '' : ` (${by.join(', ')})`,
  }));
};
