// The columns of an uploaded file: which there may be, which there must be, and which cell of a row belongs to which field.
import { CodedError } from '@rollcall/engine'
import { importErrors } from './errors.ts'

export const DELIMITERS = [';', ','] as const
export type Delimiter = (typeof DELIMITERS)[number]

/** The fields of a request for an account, and the column that says whose it is. */
const FIELDS = [
  'role',
  'personId',
  'firstName',
  'middleName',
  'lastName',
  'birthDate',
  'schoolId',
  'grade',
  'classIds',
  'positions',
] as const
export type ImportField = (typeof FIELDS)[number]

const OPTIONAL: readonly ImportField[] = ['middleName', 'grade', 'positions']
/** What a result file has besides. In an upload they are left aside, so that a corrected copy can be sent as it is. */
export const RESULT_COLUMNS = ['row', 'result', 'errors', 'username'] as const
/** For the sender's own use. */
const REMARKS = ['note', 'expected'] as const

const KNOWN: ReadonlyMap<string, string> = new Map([...FIELDS, ...RESULT_COLUMNS, ...REMARKS].map((name) => [name.toLowerCase(), name]))

/** What is kept of a header: how the file was delimited, and its columns as they were sent, without those of a result file. */
export interface ImportColumns {
  readonly delimiter: Delimiter
  readonly names: readonly string[]
}

export interface ImportHeader extends ImportColumns {
  /** Where the kept columns stand in the file. */
  readonly kept: readonly number[]
  readonly width: number
  /** The file is a copy of one that we had written, in which cells that look like formulas were made harmless. */
  readonly isResultFile: boolean
}

/** @throws CodedError IMPORT_HEADER_WRONG, naming the column by its place and, where the row is a header for certain, by its name */
export function readHeader({ cells, delimiter }: { readonly cells: readonly string[]; readonly delimiter: Delimiter }): ImportHeader {
  const columns = cells.map((cell) => KNOWN.get(cell.trim().toLowerCase()))
  // A first row of people must not be quoted in an error.
  if (!columns.includes('personId') && !columns.includes('role')) {
    throw headerWrong(`The first row is no header: it must name the columns (${FIELDS.join(', ')}).`)
  }
  for (const [index, column] of columns.entries()) {
    const sent = clip(cells[index]?.trim() ?? '')
    if (sent === '') throw headerWrong(`Column ${index + 1} has no name. Take it out, or name it "note".`)
    if (column === undefined) throw headerWrong(`Column ${index + 1}, "${sent}", is unknown. Known are ${[...KNOWN.values()].join(', ')}.`)
    const first = columns.indexOf(column)
    if (first !== index) throw headerWrong(`Column ${index + 1} is "${column}", as column ${first + 1} is already.`)
  }
  const missing = FIELDS.filter((field) => !OPTIONAL.includes(field) && !columns.includes(field))
  if (missing.length > 0) throw headerWrong(`Missing: ${missing.join(', ')}.`)

  const kept = columns.flatMap((column, index) => (isResultColumn(column) ? [] : [index]))
  return {
    delimiter,
    names: kept.map((index) => cells[index]?.trim() ?? ''),
    kept,
    width: cells.length,
    isResultFile: kept.length < cells.length,
  }
}

/** Per column, the field whose cells stand there; null for one that is for the sender's own use. */
export function fieldsOf({ names }: Pick<ImportColumns, 'names'>): readonly (ImportField | null)[] {
  return names.map((name) => FIELDS.find((field) => field.toLowerCase() === name.toLowerCase()) ?? null)
}

function isResultColumn(column: string | undefined): boolean {
  return RESULT_COLUMNS.some((name) => name === column)
}

function headerWrong(detail: string): CodedError {
  return new CodedError(importErrors.IMPORT_HEADER_WRONG, detail)
}

const LONGEST_NAME = 60

function clip(name: string): string {
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…`.toWellFormed() : name
}
