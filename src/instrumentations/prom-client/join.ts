import type { PageFamily } from '../../metrics/family.ts';
import type { LabelSet } from '../../metrics/label-set.ts';

/**
 * Metrics of one name in several registries as one family. A series that is in two of them is shown once, as the
 * first one has it: whether both count the same thing cannot be known, so nothing is added up. A metric whose type is
 * another than the first one's is left out.
 *
 * @param onSkipped told the name when something of it is not shown
 */
export const joinEqualNames = (
  families: readonly PageFamily[],
  onSkipped: (name: string) => void,
): readonly PageFamily[] => {
  const byName = new Map<string, PageFamily[]>();
  for (const family of families) {
    const same = byName.get(family.name);
    if (same === undefined) byName.set(family.name, [family]);
    else same.push(family);
  }
  return [...byName.values()].flatMap(([first, ...others]) => {
    if (first === undefined || others.length === 0) return first ?? [];
    const series = new Map([...first.series].map(one => [keyOf(one.labels), one]));
    for (const { type, series: more } of others) {
      if (type !== first.type) onSkipped(first.name);
      for (const one of type === first.type ? more : []) {
        const key = keyOf(one.labels);
        if (series.has(key)) onSkipped(first.name);
        else series.set(key, one);
      }
    }
    // The values are of one type, which TypeScript cannot know of a union.
    return { ...first, series: [...series.values()] } as PageFamily;
  });
};

/** The application may name its labels in any order. */
const keyOf = ({ pairs }: LabelSet): string => JSON.stringify([...pairs].sort());
