/** Columns as wide as their widest cell, under a line of headings. */
export function formatTable(rows: readonly Readonly<Record<string, string | number>>[]): string {
  const columns = Object.keys(rows[0] ?? {})
  const cellsOf = (row: Readonly<Record<string, string | number>>) => columns.map((column) => String(row[column] ?? ''))
  const lines = [columns, ...rows.map(cellsOf)]
  const widths = columns.map((_column, index) => Math.max(...lines.map((cells) => cells[index]?.length ?? 0)))
  const drawn = lines.map((cells) => `  ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ')}`.trimEnd())
  return [drawn[0], `  ${widths.map((width) => '─'.repeat(width)).join('  ')}`, ...drawn.slice(1)].join('\n')
}
