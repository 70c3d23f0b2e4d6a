/** Rows as lines, columns as wide as their longest cell: names to the left, numbers to the right. */
export function tableLines(rows: readonly (readonly string[])[], nameColumns = 1): string[] {
  const columns = rows[0]?.length ?? 0;
  const widths = Array.from({ length: columns }, (_, at) => Math.max(...rows.map((row) => row[at]!.length)));
  return rows.map((row) =>
    row
      .map((cell, at) => (at < nameColumns ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!)))
      .join('  ')
      .trimEnd(),
  );
}
