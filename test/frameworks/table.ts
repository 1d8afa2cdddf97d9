/** Rows as readable lines: each column as wide as its widest cell. */
export const linesOf = (rows: readonly (readonly unknown[])[]): string => {
  const texts = rows.map(row => row.map(String));
  const widths = (texts[0] ?? []).map((_, column) =>
    Math.max(...texts.map(row => (row[column] ?? '').length)),
  );
  return texts
    .map(row => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .map(line => line.trimEnd())
    .join('\n');
};
