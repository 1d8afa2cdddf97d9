/**
 * Reads a page in Prometheus' text format.
 *
 * @typedef {{ name: string, labels: Record<string, string>, value: number }} Sample
 * @param {string} page
 * @returns {Map<string, Sample>} by series: the name with its labels as they were written
 */
export function parsePage(page) {
  const samples = new Map();
  for (const line of page.split('\n')) {
    const match = SAMPLE.exec(line);
    if (match) {
      const [, name, labels = '', value] = match;
      samples.set(`${name}{${labels}}`, { name, labels: parseLabels(labels), value: parseValue(value) });
    }
  }
  return samples;
}

/** A name, perhaps labels (whose values may hold any character, quotes and backslashes escaped), a value. */
const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\})?[ \t]+(\S+)/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

function parseLabels(text) {
  const labels = {};
  for (const [, name, value] of text.matchAll(LABEL)) {
    labels[name] = value.replace(/\\(.)/g, (_, character) => (character === 'n' ? '\n' : character));
  }
  return labels;
}

function parseValue(text) {
  if (/^[+-]?Inf$/.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  return Number(text); // "NaN" gives NaN.
}
