import type { Spread } from './statistics.ts';

export interface Table {
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Goal {
  readonly goal: string;
  readonly measured: string;
  readonly reached: boolean;
}

/** What a benchmark has found out. */
export interface Report {
  readonly title: string;
  /** Load, rounds and what is measured, in two or three lines. */
  readonly method: readonly string[];
  readonly tables: readonly Table[];
  readonly goals: readonly Goal[];
}

/** The report as Markdown, so that it can be read in a terminal and pasted into the documentation. */
export const reportText = ({ title, method, tables, goals }: Report): string =>
  [
    `## ${title}`,
    method.join('\n'),
    ...tables.map(table => `${table.caption}\n\n${tableText(table)}`),
    goals.map(goalText).join('\n'),
  ]
    .filter(part => part !== '')
    .join('\n\n');

/** A Markdown table with aligned columns: the first to the left, the others to the right. */
export const tableText = ({ head, rows }: Pick<Table, 'head' | 'rows'>): string => {
  const widths = head.map((title, column) =>
    Math.max(3, title.length, ...rows.map(row => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => pad(cells[column] ?? '', width, column)).join(' | ')} |`;
  const rule = widths.map((width, column) =>
    column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [line(head), line(rule), ...rows.map(line)].join('\n');
};

const pad = (cell: string, width: number, column: number): string =>
  column === 0 ? cell.padEnd(width) : cell.padStart(width);

const goalText = ({ goal, measured, reached }: Goal): string =>
  `- ${reached ? 'reached' : 'NOT REACHED'}: ${goal} (measured: ${measured})`;

/** `1.02 / 1.08 / 1.15`, the middle one being the result. */
export const spreadText = ({ min, median, max }: Spread, digits: number): string =>
  [min, median, max].map(value => value.toFixed(digits)).join(' / ');
