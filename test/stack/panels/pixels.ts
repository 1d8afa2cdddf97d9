import type { Pixels } from '../../../grafana/preview/png.ts';
import type { Drawn } from '../../../grafana/preview/preview.ts';

/** How much of a place is not background. */
export interface Ink {
  /** Pixels that differ from the most frequent one: text, axes, lines. */
  readonly any: number;
  /** Of these, the coloured ones: text and axes are grey. */
  readonly coloured: number;
}

export const inkOf = ({ width, rgb }: Pixels, { left, top, ...content }: Drawn['content']): Ink => {
  const colors: number[] = [];
  for (let y = Math.round(top); y < Math.round(top + content.height); y++)
    for (let x = Math.round(left); x < Math.round(left + content.width); x++)
      colors.push(rgb.readUIntBE((y * width + x) * 3, 3));
  const background = mostFrequent(colors);
  const channels = (color: number) => [color >> 16, (color >> 8) & 255, color & 255] as const;
  const base = channels(background);
  const differs = (color: number): boolean =>
    channels(color).some((value, index) => Math.abs(value - (base[index] ?? 0)) > 24);
  const isColoured = (color: number): boolean =>
    Math.max(...channels(color)) - Math.min(...channels(color)) > 48;
  const any = colors.filter(differs);
  return { any: any.length, coloured: any.filter(isColoured).length };
};

const mostFrequent = (colors: readonly number[]): number => {
  const counts = new Map<number, number>();
  for (const color of colors) counts.set(color, (counts.get(color) ?? 0) + 1);
  return [...counts].reduce((most, each) => (each[1] > most[1] ? each : most), [0, 0])[0];
};
