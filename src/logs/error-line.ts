import type { OwnLine } from './own-lines.ts';

/** A line about an error that was caught, or about a warning of the process. */
export interface ErrorLine extends OwnLine {
  readonly level: 'error' | 'warn';
}
