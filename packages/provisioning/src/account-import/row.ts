// What a row of a file asks for: a body of POST /student-create or /teacher-create, judged by the same schemas. Cells are text; an empty one is
// a field left out. Used when the file arrives and again when the row's run is begun, with the same answer.
import type { Clock } from '@rollcall/engine'
import type { z } from 'zod'
import { accountCreateBodies, type StudentCreateBody, type TeacherCreateBody } from '../account-create/input.ts'
import { ACCOUNT_KINDS, type AccountKind } from '../account-kind.ts'
import { registerId } from '../rules/person-input.ts'
import { fieldsOf, type ImportColumns, type ImportField } from './columns.ts'

/** Fields have limits of their own; this one is for everything else that a cell can hold. */
const LONGEST_CELL = 4_000

export type ImportBody = ({ readonly kind: 'student' } & StudentCreateBody) | ({ readonly kind: 'teacher' } & TeacherCreateBody)

export type JudgedRow =
  | { readonly body: ImportBody }
  /** What is wrong, as zod says it; `asked` is what was judged; the ids where they are such. */
  | {
      readonly issues: readonly z.core.$ZodIssue[]
      readonly asked: Readonly<Record<string, unknown>>
      readonly personId: string | null
      readonly schoolId: string | null
    }

export type JudgeRow = (cells: readonly string[]) => JudgedRow

export function createRowJudge({ columns, clock }: { readonly columns: Pick<ImportColumns, 'names'>; readonly clock: Clock }): JudgeRow {
  const fields = fieldsOf(columns)
  const bodies = accountCreateBodies(clock)

  return (cells) => {
    const { role, ...asked } = askedBy({ cells, fields })
    const kind = ACCOUNT_KINDS.find((one) => one === role)
    const assumed = kind ?? (asked.grade === undefined ? 'teacher' : 'student')
    const issues = [...(kind ? [] : [unknownRole(role)]), ...tooLong({ cells, columns })]
    const refused = (found: readonly z.core.$ZodIssue[]) => {
      const { personId, schoolId } = asked
      return { issues: [...issues, ...found], asked: { role, ...asked }, personId: idOrNull(personId), schoolId: idOrNull(schoolId) }
    }
    // A cell of a hundred thousand characters can hold as many faults: none of them need be told.
    if (cells.some(isTooLong)) return refused([])
    const parsed = bodies[assumed].safeParse(asked)
    if (parsed.success && kind && issues.length === 0) return { body: asBody({ kind, body: parsed.data }) }
    return refused(parsed.success ? [] : parsed.error.issues.flatMap((issue) => inWordsOfFiles({ issue, kind: assumed })))
  }
}

function idOrNull(value: unknown): string | null {
  return registerId.safeParse(value).data ?? null
}

/** The fields of the row that are not empty. */
function askedBy({ cells, fields }: { readonly cells: readonly string[]; readonly fields: readonly (ImportField | null)[] }): {
  readonly role: unknown
  readonly [field: string]: unknown
} {
  const asked: Record<string, unknown> = { role: undefined, classIds: [] }
  for (const [index, field] of fields.entries()) {
    // Nobody sees white space at the end of a cell.
    const cell = cells[index]?.trim() ?? ''
    if (field !== null && cell !== '') asked[field] = cellValue({ field, cell })
  }
  return { role: asked.role, ...asked }
}

function cellValue({ field, cell }: { readonly field: ImportField; readonly cell: string }): string | string[] {
  if (isTooLong(cell)) return cell
  // An id holds none of these characters; a position may hold a comma and a space.
  if (field === 'classIds') return cell.split(/[;,|\s]+/).filter(Boolean)
  if (field !== 'positions') return cell
  return cell
    .split(';')
    .map((position) => position.trim())
    .filter(Boolean)
}

function unknownRole(role: unknown): z.core.$ZodIssue {
  return issue({ field: 'role', message: `must be one of ${ACCOUNT_KINDS.join(', ')}`, input: role })
}

function tooLong({ cells, columns }: { readonly cells: readonly string[]; readonly columns: Pick<ImportColumns, 'names'> }) {
  const message = `must be at most ${LONGEST_CELL.toLocaleString('en')} characters long`
  return cells.flatMap((cell, index) =>
    isTooLong(cell) ? [issue({ field: columns.names[index] ?? `column ${index + 1}`, message, input: cell })] : [],
  )
}

function isTooLong(cell: string): boolean {
  return cell.length > LONGEST_CELL
}

/** A file has the columns of both kinds: what the other kind has is not an unknown field, but a cell that should be empty. */
function inWordsOfFiles({ issue: found, kind }: { readonly issue: z.core.$ZodIssue; readonly kind: AccountKind }): z.core.$ZodIssue[] {
  if (found.code !== 'unrecognized_keys') return [found]
  return found.keys.map((field) => issue({ field, message: `must be empty for a ${kind}` }))
}

function issue({ field, message, input }: { readonly field: string; readonly message: string; readonly input?: unknown }) {
  return { code: 'custom', path: [field], message, input } satisfies z.core.$ZodIssueCustom
}

/** The schema of the kind gave the body. */
function asBody({ kind, body }: { readonly kind: AccountKind; readonly body: StudentCreateBody | TeacherCreateBody }): ImportBody {
  return { kind, ...body } as ImportBody
}
