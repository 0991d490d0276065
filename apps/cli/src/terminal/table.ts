import { stripVTControlCharacters } from 'node:util'

/** Rows in columns as wide as their widest cell, two spaces apart; the last one runs on. Numbers, given as such, stand to the right. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  const all = [head, ...rows]
  // One by one: a hundred thousand arguments are more than a call takes.
  const widths = head.map((_, column) => all.reduce((widest, row) => Math.max(widest, widthOf(row[column] ?? '')), 0))
  return all.map((row) =>
    row
      .map((cell, column) => padded({ cell, width: widths[column] ?? 0 }))
      .join('  ')
      .trimEnd(),
  )
}

function padded({ cell, width }: { readonly cell: string | number; readonly width: number }): string {
  const padding = ' '.repeat(width - widthOf(cell))
  return typeof cell === 'number' ? `${padding}${cell}` : `${cell}${padding}`
}

function widthOf(cell: string | number): number {
  return stripVTControlCharacters(String(cell)).length
}
