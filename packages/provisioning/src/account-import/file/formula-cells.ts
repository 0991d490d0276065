// Cells that a spreadsheet would calculate instead of showing them, and how a result file makes them harmless: with an apostrophe before them,
// which is taken away again when the file comes back. Whoever opens a file in a country where it is the other delimiter that counts has its
// cells divided at places that we do not choose: so what stands behind a delimiter or a line break inside a cell is treated like its beginning.

const SEPARATOR = '(^|[,;\\t\\r\\n])'
/** White space that separates nothing: some programs cut it off. */
const SPACE = '[^\\S\\t\\r\\n]*'
/** Full-width signs count as the others do. */
const FORMULA = '(?=[=+\\-@\\uff1d\\uff0b\\uff0d\\uff20])'

const AS_SENT = new RegExp(`${SEPARATOR}('*${SPACE})${FORMULA}`, 'g')
const HARMLESS = new RegExp(`${SEPARATOR}'('*${SPACE})${FORMULA}`, 'g')

export function harmless(cell: string): string {
  return cell.replace(AS_SENT, "$1'$2")
}

/** What `harmless` was given. */
export function asSent(cell: string): string {
  return cell.replace(HARMLESS, '$1$2')
}
