import type { Family } from '../metrics/family.ts';

/** Unit words of the compatibility specification: UCUM code to Prometheus suffix. */
const units: ReadonlyMap<string, string> = new Map([
  ['d', 'days'],
  ['h', 'hours'],
  ['min', 'minutes'],
  ['s', 'seconds'],
  ['ms', 'milliseconds'],
  ['us', 'microseconds'],
  ['ns', 'nanoseconds'],
  ['By', 'bytes'],
  ['KiBy', 'kibibytes'],
  ['MiBy', 'mebibytes'],
  ['GiBy', 'gibibytes'],
  ['TiBy', 'tebibytes'],
  ['KBy', 'kilobytes'],
  ['kBy', 'kilobytes'],
  ['MBy', 'megabytes'],
  ['GBy', 'gigabytes'],
  ['TBy', 'terabytes'],
  ['m', 'meters'],
  ['V', 'volts'],
  ['A', 'amperes'],
  ['J', 'joules'],
  ['W', 'watts'],
  ['g', 'grams'],
  ['Cel', 'celsius'],
  ['Hz', 'hertz'],
  ['%', 'percent'],
]);

const perUnits: ReadonlyMap<string, string> = new Map([
  ['s', 'second'],
  ['m', 'minute'],
  ['min', 'minute'],
  ['h', 'hour'],
  ['d', 'day'],
  ['w', 'week'],
  ['mo', 'month'],
  ['y', 'year'],
]);

/**
 * The Prometheus name of an OpenTelemetry metric: invalid characters become `_`, the unit is appended, then
 * `_total` for counters and `_ratio` for gauges of unit `1`.
 * Source: OpenTelemetry specification, "Prometheus and OpenMetrics Compatibility", Metric Metadata.
 */
export const metricName = (name: string, unit: string, type: Family['type']): string => {
  const base = withoutSuffix(sanitizeName(name), type === 'counter' ? 'total' : '');
  const withUnit = withSuffix(base, unitSuffix(unit, type));
  return withSuffix(withUnit, type === 'counter' ? 'total' : '');
};

/** A valid metric name, whatever was given; never empty. */
const sanitizeName = (name: string): string => {
  const valid = name.replace(/[^a-zA-Z0-9_:]+/g, '_').replace(/_{2,}/g, '_');
  return /^[a-zA-Z_:]/.test(valid) ? valid : `_${valid}`;
};

/** A valid label name, whatever was given; never empty. `__` at the start is Prometheus' own. */
export const labelName = (key: string): string => {
  const valid = key.replace(/[^a-zA-Z0-9_]+/g, '_').replace(/_{2,}/g, '_');
  if (valid === '' || valid === '_') return 'key';
  return /^[0-9]/.test(valid) ? `key_${valid}` : valid;
};

const unitSuffix = (unit: string, type: Family['type']): string => {
  const plain = unit.replace(/\{[^}]*\}/g, '');
  if (plain === '1') return type === 'gauge' ? 'ratio' : '';
  const [amount = '', per, ...rest] = plain.split('/');
  if (rest.length > 0) return '';
  const suffix = [unitWord(units, amount), per ? `per_${unitWord(perUnits, per)}` : '']
    .filter(word => word !== '')
    .join('_');
  return suffix;
};

const unitWord = (words: ReadonlyMap<string, string>, code: string): string =>
  words.get(code) ?? code.replace(/[^a-zA-Z0-9]+/g, '_').replace(/^_+|_+$/g, '');

const withSuffix = (name: string, suffix: string): string =>
  suffix === '' || name.endsWith(`_${suffix}`) ? name : `${name.replace(/_+$/, '')}_${suffix}`;

const withoutSuffix = (name: string, suffix: string): string =>
  suffix !== '' && name.endsWith(`_${suffix}`) ? name.slice(0, -suffix.length - 1) : name;
