/** Level names, and how unimportant each is: 0 is the most important. */
export type Levels = Readonly<Record<string, number>>;

/** winston's own. Source: triple-beam, npm levels. */
export const npmLevels: Levels = { error: 0, warn: 1, info: 2, http: 3, verbose: 4, debug: 5, silly: 6 };

export interface ChosenLevel {
  readonly level: string;
  /** One line about a wish that cannot be met. */
  readonly complaint?: string;
}

/** The least important level that is written: what is wished for, else `info` in production and `debug` elsewhere. */
export const chooseLevel = (
  levels: Levels,
  wished: { readonly name: string; readonly value: string } | undefined,
  isProduction: boolean,
): ChosenLevel => {
  const fallback = fallbackLevel(levels, isProduction);
  if (wished === undefined) return { level: fallback };
  const { name, value } = wished;
  const level = Object.keys(levels).find(word => word === value || word === value.toLowerCase());
  if (level !== undefined) return { level };
  const shown = JSON.stringify(value.slice(0, 80));
  return {
    level: fallback,
    complaint: `${name}=${shown} is none of the levels ${Object.keys(levels).join(', ')}: using ${fallback}`,
  };
};

/** Of levels that an application made itself, the least important one where ours are not among them. */
const fallbackLevel = (levels: Levels, isProduction: boolean): string => {
  const usual = isProduction ? 'info' : 'debug';
  if (levels[usual] !== undefined) return usual;
  return Object.entries(levels).reduce((least, next) => (next[1] > least[1] ? next : least), ['info', -1])[0];
};

/** What is in error.log, and all that is more important: `error`, or where there is no such level the most important. */
export const errorLevel = (levels: Levels): string =>
  levels.error !== undefined
    ? 'error'
    : Object.entries(levels).reduce(
        (most, next) => (next[1] < most[1] ? next : most),
        ['error', Number.POSITIVE_INFINITY],
      )[0];

/** What levels of an application's own have for one of ours; `undefined`: nothing. */
export const levelIn = (levels: Levels, level: 'error' | 'warn' | 'info'): string | undefined => {
  if (level === 'error') return errorLevel(levels);
  if (levels[level] !== undefined) return level;
  return level === 'warn' && levels.warning !== undefined ? 'warning' : undefined;
};
