/**
 * The shipped rules with a faster clock. An alert that takes ten minutes to fire takes ten seconds when all durations
 * are divided by sixty: those of `for`, of ranges and offsets. Thresholds and everything else stay as they are, and so
 * do the names of recorded series, which speak of the windows that are shipped.
 */
import { parseDocument, visit } from 'yaml';

const seconds: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  y: 31_536_000,
};

const secondsOf = (duration: string): number =>
  [...duration.matchAll(/(\d+)([smhdwy])/g)].reduce(
    (sum, [, count, unit = '']) => sum + Number(count) * (seconds[unit] ?? Number.NaN),
    0,
  );

/** @param least seconds: a range needs some samples, whatever the haste */
const divided = (duration: string, haste: number, least = 0): string =>
  `${Math.max(Math.round((secondsOf(duration) / haste) * 1000), least * 1000)}ms`;

/** Samples that each range holds at least, at a scrape a second. */
const leastRange = 5;

const duration = '(?:\\d+[smhdwy])+';
const range = new RegExp(`\\[(${duration})(?::(${duration})?)?\\]`, 'g');
const offset = new RegExp(`\\boffset (${duration})`, 'g');

/** Durations that a rule writes as a number: the five minutes of a rate, the age of a process. */
const inSeconds = /([*/] (?=300\b)|time\(\) - process_start_time_seconds < )(\d+)/g;

/** The durations of an expression: `[5m]`, `[1h:1m]`, `offset 1h`, `/ 300`. */
const hastenedExpression = (promql: string, haste: number): string =>
  promql
    .replace(range, (whole, length: string, step: string | undefined) => {
      const steps = whole.includes(':') ? `:${step === undefined ? '' : divided(step, haste, 1)}` : '';
      return `[${divided(length, haste, leastRange)}${steps}]`;
    })
    .replace(offset, (_, by: string) => `offset ${divided(by, haste)}`)
    .replace(inSeconds, (_, before: string, count: string) => `${before}${Number(count) / haste}`);

const durationKeys = new Set(['for', 'keep_firing_for']);

/** A file of rules. */
export const hastened = (yaml: string, haste: number): string => {
  const document = parseDocument(yaml);
  visit(document, {
    Pair: (_, pair) => {
      const { key, value } = pair as { key: { value?: unknown }; value: { value?: unknown } | null };
      if (typeof value?.value !== 'string') return;
      if (durationKeys.has(String(key.value))) value.value = divided(value.value, haste);
      else if (key.value === 'expr') value.value = hastenedExpression(value.value, haste);
      // Of a group of rules: as often as everything else.
      else if (key.value === 'interval') value.value = '1s';
    },
  });
  return document.toString();
};
