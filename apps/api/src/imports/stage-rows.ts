// Judges the rows of a file as they arrive and lays them down in portions. Between two portions everybody else has a turn: the judging is cut into
// slices, and each portion is a transaction of its own.

import { setImmediate } from 'node:timers/promises'
import type { Clock } from '@rollcall/engine'
import { invalidFields } from '@rollcall/platform/http'
import { createRowJudge, type ImportStore, importErrors, type JudgedRow, type RowError, type RowToStage } from '@rollcall/provisioning'
import type { FileRow, ImportFile } from '@rollcall/provisioning/import-file'

const ROWS_PER_PORTION = 250
/** Rows with long cells are laid down sooner: whatever the file, no more than this is held. */
const CHARACTERS_PER_PORTION = 500_000
/** So many rows are judged without a pause: some milliseconds' worth. */
const ROWS_PER_SLICE = 50
const CHARACTERS_PER_SLICE = 20_000
/** A row has ten cells; a cell of fifty wrong ids need not be told fifty times. */
const ERRORS_PER_ROW = 20

export interface StagedRows {
  readonly rowCount: number
  readonly invalidCount: number
}

export async function stageRows({
  importId,
  file,
  imports,
  clock,
}: {
  readonly importId: string
  readonly file: ImportFile
  readonly imports: Pick<ImportStore, 'stage'>
  readonly clock: Clock
}): Promise<StagedRows> {
  const judge = createRowJudge({ columns: file.header, clock })
  const firstRowOf = new Map<string, number>()
  let portion: RowToStage[] = []
  let rowCount = 0
  let invalidCount = 0
  const inSlice = createMeasure({ mostRows: ROWS_PER_SLICE, mostCharacters: CHARACTERS_PER_SLICE })
  const inPortion = createMeasure({ mostRows: ROWS_PER_PORTION, mostCharacters: CHARACTERS_PER_PORTION })
  for await (const row of file.rows) {
    const staged = rowToStage({ row, judged: judge(row.cells), firstRowOf })
    portion.push(staged)
    rowCount += 1
    if (staged.outcome === 'invalid') invalidCount += 1
    if (inSlice.isFullAfter(row)) await setImmediate()
    if (inPortion.isFullAfter(row)) {
      await imports.stage(importId, portion)
      portion = []
    }
  }
  if (portion.length > 0) await imports.stage(importId, portion)
  return { rowCount, invalidCount }
}

/** Counts rows until there are as many as were asked for, or as long ones, and then from the beginning. */
function createMeasure({ mostRows, mostCharacters }: { readonly mostRows: number; readonly mostCharacters: number }) {
  let rows = 0
  let characters = 0
  return {
    isFullAfter({ cells }: FileRow): boolean {
      rows += 1
      for (const cell of cells) characters += cell.length
      if (rows < mostRows && characters < mostCharacters) return false
      rows = 0
      characters = 0
      return true
    },
  }
}

function rowToStage({
  row: { cells, rowNumber },
  judged,
  firstRowOf,
}: {
  readonly row: FileRow
  readonly judged: JudgedRow
  readonly firstRowOf: Map<string, number>
}): RowToStage {
  const { personId, schoolId } = 'body' in judged ? judged.body : judged
  const first = personId === null ? undefined : firstRowOf.get(personId)
  if (personId !== null && first === undefined) firstRowOf.set(personId, rowNumber)
  const errors = [...(first === undefined ? [] : [repeated(first)]), ...errorsOf(judged)].slice(0, ERRORS_PER_ROW)
  const errorCode = first === undefined ? importErrors.INVALID_ROW.code : importErrors.PERSON_TWICE_IN_FILE.code
  const isValid = errors.length === 0
  return { rowNumber, outcome: isValid ? 'pending' : 'invalid', cells, errors, errorCode: isValid ? null : errorCode, personId, schoolId }
}

function errorsOf(judged: JudgedRow): RowError[] {
  if ('body' in judged) return []
  return invalidFields({ issues: judged.issues.slice(0, ERRORS_PER_ROW), root: judged.asked, source: 'body' }).map(
    ({ path, reason, received }) => ({
      path,
      reason,
      received,
    }),
  )
}

function repeated(first: number): RowError {
  return { path: 'personId', reason: `must not stand in the file twice: row ${first} has it already`, received: 'the same id' }
}
