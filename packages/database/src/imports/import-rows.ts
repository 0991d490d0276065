// How an import and its rows cross between the port and their tables.
import type { Completion, RunStatus } from '@rollcall/engine'
import type { AccountsImport, ImportColumns, PendingRow, RowError, RowRun, RowToStage } from '@rollcall/provisioning'
import { msOrNull } from '../time.ts'

interface ImportRecord {
  readonly id: string
  readonly requestedBy: string
  readonly columns: string
  readonly rowCount: number
  readonly invalidCount: number
  readonly createdAt: Date
  readonly acceptedAt: Date | null
}

export function importOf({ id, requestedBy, columns, rowCount, invalidCount, createdAt, acceptedAt }: ImportRecord): AccountsImport {
  return {
    id,
    requestedBy,
    columns: parsed<ImportColumns>(columns),
    rowCount,
    invalidCount,
    createdAt: createdAt.getTime(),
    acceptedAt: msOrNull(acceptedAt),
  }
}

/** The columns of ImportRow; its JSON is text inside the JSON that it travels in. */
export function recordOf({ cells, errors, schoolId, ...row }: RowToStage): object {
  return { ...row, cells: JSON.stringify(cells), errors: errors.length > 0 ? JSON.stringify(errors) : null, scopeId: schoolId }
}

export function pendingOf({ rowNumber, cells }: { readonly rowNumber: number; readonly cells: string | null }): PendingRow {
  return { rowNumber, cells: cellsOf(cells) }
}

export function cellsOf(cells: string | null): readonly string[] | null {
  return cells === null ? null : parsed<readonly string[]>(cells)
}

export function errorsOf(errors: string | null): readonly RowError[] {
  return errors === null ? [] : parsed<readonly RowError[]>(errors)
}

export const RUN_OF_ROW = {
  uuid: true,
  state: true,
  status: true,
  completion: true,
  errorCode: true,
  errorMessage: true,
  requestedBy: true,
} as const

interface RunRecord extends Omit<RowRun, 'status' | 'completion'> {
  readonly status: string
  readonly completion: string | null
}

export function runOf({ status, completion, ...run }: RunRecord): RowRun {
  return { ...run, status: word<RunStatus>(status), completion: word<Completion | null>(completion) }
}

/** Only the engine, or the store of imports, writes such a column, from the words of the same type. */
export function word<Word extends string | null>(value: string | null): Word {
  return value as Word
}

/** Only the store of imports writes these columns, from the same types. */
function parsed<Value>(text: string): Value {
  return JSON.parse(text) as Value
}
