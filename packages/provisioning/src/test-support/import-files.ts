// Uploaded files of invented people, written and read.
import { type FileRow, type ImportFile, openImportFile } from '../account-import/file/open-import-file.ts'

export const HEADER = ['role', 'personId', 'firstName', 'lastName', 'birthDate', 'schoolId', 'grade', 'classIds']
export const PUPIL = ['student', '0100231', 'Елица', 'Примерова', '2015-02-28', '2902418', '5', '771204;771205']
export const OTHER = ['student', '0100232', 'Zoë "Zo"', 'Muster\nЩерева', '2015-03-01', '2902418', '5', '']

async function* inPieces(bytes: Uint8Array, at: readonly number[] = []): AsyncGenerator<Uint8Array> {
  const cuts = [0, ...at.toSorted((a, b) => a - b), bytes.length]
  for (const [index, from] of cuts.slice(0, -1).entries()) yield bytes.subarray(from, cuts[index + 1])
}

export function csv(rows: readonly (readonly string[])[], { delimiter = ';', lineBreak = '\r\n' } = {}): string {
  const quoted = (cell: string) => (/["\r\n;,]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
  return rows.map((row) => row.map(quoted).join(delimiter) + lineBreak).join('')
}

export function bytesOf(text: string): Uint8Array {
  return Buffer.from(text)
}

/** @param cuts where the bytes are divided */
export async function readFile(
  bytes: Uint8Array,
  cuts: readonly number[] = [],
  options?: { readonly mostRows: number },
): Promise<{ readonly header: ImportFile['header']; readonly rows: readonly FileRow[] }> {
  const file = await openImportFile(inPieces(bytes, cuts), options)
  return { header: file.header, rows: await allRows(file) }
}

/** To the last one. */
export async function allRows({ rows }: ImportFile): Promise<FileRow[]> {
  const all: FileRow[] = []
  for await (const row of rows) all.push(row)
  return all
}
