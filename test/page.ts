/** One sample of a metrics page: its series as printed (`name{labels}`) and its value. */
export type Samples = ReadonlyMap<string, number>;

/** All samples of a page; a line that is none and no comment is an error. */
export const samplesOf = (page: string): Samples => {
  const samples = new Map<string, number>();
  for (const line of page.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const match = /^([a-zA-Z_:][a-zA-Z0-9_:]*(?:\{.*\})?) (\S+)$/.exec(line);
    if (!match) throw new Error(`not a sample: ${line}\n${page}`);
    const [, series = '', value = ''] = match;
    if (samples.has(series)) throw new Error(`a series twice: ${series}\n${page}`);
    samples.set(series, value === '+Inf' ? Number.POSITIVE_INFINITY : Number(value));
  }
  return samples;
};

/** The samples of one metric, by their labels as printed (`{…}`, empty without labels). */
export const metric = (page: string, name: string): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...samplesOf(page)]
      .filter(([series]) => series === name || series.startsWith(`${name}{`))
      .map(([series, value]) => [series.slice(name.length), value]),
  );
