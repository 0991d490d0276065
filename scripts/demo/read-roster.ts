import { readFile } from 'node:fs/promises'
import { parse } from 'csv-parse/sync'

export type Expected = 'full' | 'partial' | 'refused'

/** A line of the example roster: what is sent, and how it should end. */
export interface RosterRow {
  /** As a person counts: the header is line 1. */
  readonly line: number
  readonly role: 'student' | 'teacher'
  readonly personId: string
  readonly body: Readonly<Record<string, unknown>>
  readonly expected: Expected
  readonly note: string
}

type Columns = Readonly<Record<string, string>>

export async function readRoster(file: string): Promise<RosterRow[]> {
  const rows: Columns[] = parse(await readFile(file, 'utf8'), { columns: true, bom: true, skip_empty_lines: true })
  return rows.map((row, index) => ({
    line: index + 2,
    role: row.role === 'teacher' ? 'teacher' : 'student',
    personId: row.personId ?? '',
    body: bodyOf(row),
    expected: row.expected === 'partial' || row.expected === 'refused' ? row.expected : 'full',
    note: row.note ?? '',
  }))
}

function bodyOf({
  personId,
  firstName,
  middleName,
  lastName,
  birthDate,
  schoolId,
  grade,
  classIds = '',
}: Columns): Record<string, unknown> {
  return {
    personId,
    firstName,
    ...(middleName ? { middleName } : {}),
    lastName,
    birthDate,
    schoolId,
    ...(grade ? { grade } : {}),
    classIds: classIds.split(' ').filter(Boolean),
  }
}
