/** An attribute set as a list, because an object would take the key `__proto__` for something else. */
export type Attributes = readonly (readonly [key: string, value: string | number | boolean])[];

/**
 * The labels that docs/metrics.md promises, as Prometheus shows them: written once more, from the documents
 * and not from src.
 *
 * @param reserved `le`, where the metric is a histogram
 */
export const documentedLabels = (attributes: Attributes, reserved?: string): Record<string, string> => {
  const labels = new Map<string, string>();
  const inOrder = [...attributes].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  for (const [key, value] of inOrder) {
    const name = documentedName(key, reserved);
    // UTF-8 has no lone surrogates, and Prometheus' parser ends at NUL.
    const text = [...String(value)]
      .map(character => (/^[\uD800-\uDFFF\0]$/.test(character) ? '\uFFFD' : character))
      .join('');
    const earlier = labels.get(name);
    labels.set(name, earlier === undefined ? text : `${earlier};${text}`);
  }
  // Prometheus' own labels win: it renames a page's.
  for (const name of ['job', 'instance']) {
    const text = labels.get(name);
    if (text) labels.set(`exported_${name}`, text);
    labels.delete(name);
  }
  return Object.fromEntries(labels);
};

const documentedName = (key: string, reserved: string | undefined): string => {
  let name = '';
  for (const character of key) {
    const valid = /[A-Za-z0-9]/.test(character) ? character : '_';
    if (valid !== '_' || !name.endsWith('_')) name += valid;
  }
  if (name === '' || name === '_') return 'key';
  return /^[0-9]/.test(name) || name === reserved ? `key_${name}` : name;
};
