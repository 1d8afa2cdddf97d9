/** Label names and values of one series. Never changes, so its text is made once and not with every scrape. */
export interface LabelSet {
  readonly pairs: readonly (readonly [name: string, value: string])[];
  /** As Prometheus' formats print it, without braces: `method="GET",status="200"`. */
  readonly text: string;
}

export const createLabelSet = (pairs: LabelSet['pairs']): LabelSet => ({
  pairs,
  text: pairs.map(([name, value]) => `${name}="${escapeLabelValue(value)}"`).join(','),
});

/** The label set of a metric from its label names and as many values. */
export const pairLabels = (names: readonly string[], values: readonly string[]): LabelSet =>
  createLabelSet(names.map((name, index) => [name, values[index] ?? ''] as const));

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' };

/** Lone surrogates have no UTF-8 form and NUL ends Prometheus' parser: both become U+FFFD. */
const escapeLabelValue = (value: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is what is looked for
  value.toWellFormed().replace(/[\\"\n\u0000]/g, character => escapes[character] ?? '\uFFFD');
