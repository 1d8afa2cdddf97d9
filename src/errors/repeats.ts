/** How often the same has come again, and in how many milliseconds. */
export interface Repeats {
  readonly count: number;
  readonly ms: number;
}

/** How often the same came again: `×1,204 in 5 min`. */
export const repeatsText = ({ count, ms }: Repeats): string =>
  `×${count.toLocaleString('en-US')} in ${durationText(ms)}`;

/** As people say it, in one unit or two: `45 s`, `5 min`, `1 h 30 min`, `2 d 4 h`. */
export const durationText = (ms: number): string => {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 600) return inUnits(seconds, 60, 'min', 's');
  const minutes = Math.round(seconds / 60);
  if (minutes < 1_440) return inUnits(minutes, 60, 'h', 'min');
  return inUnits(Math.round(minutes / 60), 24, 'd', 'h');
};

/** @param size how many of the small unit make a large one */
const inUnits = (count: number, size: number, large: string, small: string): string => {
  const whole = Math.floor(count / size);
  const rest = count % size;
  return [...(whole > 0 ? [`${whole} ${large}`] : []), ...(rest > 0 ? [`${rest} ${small}`] : [])].join(' ');
};
