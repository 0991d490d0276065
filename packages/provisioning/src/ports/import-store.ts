// Uploaded files and their rows. Adapter: `@rollcall/database`.
// What must always hold: the rows of an import whose run stands in the ledger are never deleted by anybody; a row's outcome changes only in the
// transaction that begins, or settles, its run.
import type { Completion, EpochMs, RunStatus, Transaction } from '@rollcall/engine'
import type { ImportColumns } from '../account-import/columns.ts'

/**
 * `pending`: nothing was done yet. `invalid`: it asks for nothing that could be done. `refused`: the person may not have what it asks for.
 * `started`: it began a run. `joined`: another run did that work already.
 */
export const ROW_OUTCOMES = ['pending', 'invalid', 'refused', 'started', 'joined'] as const
export type RowOutcome = (typeof ROW_OUTCOMES)[number]

export interface AccountsImport {
  /** UUIDv7, and the group of its runs. */
  readonly id: string
  readonly requestedBy: string
  readonly columns: ImportColumns
  readonly rowCount: number
  readonly invalidCount: number
  readonly createdAt: EpochMs
  /** Null while the file is being received. */
  readonly acceptedAt: EpochMs | null
}

/** Which cell is wrong, and why. Never what it holds. */
export interface RowError {
  /** The field, as problem documents name it. */
  readonly path: string
  readonly reason: string
  /** The value's shape. */
  readonly received: string
}

export interface RowToStage {
  readonly rowNumber: number
  readonly outcome: 'pending' | 'invalid'
  readonly cells: readonly string[]
  readonly errors: readonly RowError[]
  readonly errorCode: string | null
  readonly personId: string | null
  readonly schoolId: string | null
}

/** The run that does a row's work, as far as it is known. */
export interface RowRun {
  readonly uuid: string
  readonly state: string
  readonly status: RunStatus
  readonly completion: Completion | null
  readonly errorCode: string | null
  readonly errorMessage: string | null
  /** Of a row that joined, it may be somebody else. */
  readonly requestedBy: string
}

export interface ImportedRow {
  readonly rowNumber: number
  readonly outcome: RowOutcome
  /** Null once erased. */
  readonly cells: readonly string[] | null
  readonly errors: readonly RowError[]
  readonly errorCode: string | null
  readonly personId: string | null
  readonly schoolId: string | null
  readonly runUuid: string | null
  /** Null where it has none, or it is kept no longer. */
  readonly run: RowRun | null
  /** Of the person's live account, once the run has made it. */
  readonly username: string | null
}

export interface PendingRow {
  readonly rowNumber: number
  readonly cells: readonly string[] | null
}

/** A run that makes an account of a person. */
export interface PersonsRun {
  readonly uuid: string
  readonly personId: string
  readonly type: string
  readonly isLive: boolean
}

export interface RowChange {
  readonly rowNumber: number
  readonly outcome: RowOutcome
  readonly runUuid: string | null
  readonly errorCode: string | null
}

/** How many rows stand so; `status` is null where the row has no run, or none that is kept. */
export interface RowCount {
  readonly outcome: RowOutcome
  readonly status: RunStatus | null
  readonly completion: Completion | null
  readonly count: number
}

export interface ImportCursorKey {
  readonly createdAt: EpochMs
  readonly id: string
}

export interface ImportStore {
  begin(what: Pick<AccountsImport, 'id' | 'requestedBy' | 'columns' | 'createdAt'>): Promise<void>
  stage(importId: string, rows: readonly RowToStage[]): Promise<void>
  /** Deletes an import that was never accepted, rows first, in portions. */
  discard(importId: string): Promise<void>
  /** Sets how many rows it has: the last thing before its run is written. */
  complete(what: Pick<AccountsImport, 'id' | 'rowCount' | 'invalidCount'>): Promise<void>
  /** After its run was written. Whoever finds the run and this undone may do it. */
  markAccepted(what: { readonly id: string; readonly at: EpochMs }): Promise<void>

  find(id: string): Promise<AccountsImport | null>
  /** Newest first. */
  list(
    filter: { readonly requestedBy?: string },
    page: { readonly after: ImportCursorKey | null; readonly limit: number },
  ): Promise<{ readonly imports: readonly AccountsImport[]; readonly next: ImportCursorKey | null }>
  /** In the order of the file. */
  rows(
    filter: { readonly importId: string; readonly outcomes?: readonly RowOutcome[] },
    page: { readonly after: number; readonly limit: number },
  ): Promise<readonly ImportedRow[]>
  counts(what: Pick<AccountsImport, 'id'>): Promise<readonly RowCount[]>
  /** The import's own run. */
  ownRun(id: string): Promise<RowRun | null>

  pending(what: { readonly importId: string; readonly limit: number }): Promise<readonly PendingRow[]>
  /** Rows after `after` up to `to` that were started, and whose run does not stand: another's had taken the person in that moment. */
  unsettled(what: { readonly importId: string; readonly after: number; readonly to: number }): Promise<readonly PendingRow[]>
  /** Per person, the live run that makes an account; the latest one where there is none and it is asked for. */
  runsOf(what: { readonly personIds: readonly string[]; readonly orEnded: boolean }): Promise<readonly PersonsRun[]>
  /** @throws TransientError ROW_ERASED_MEANWHILE where a row is to get a run whose cells are erased: nobody is begun anew who was erased just now */
  change(tx: Transaction, what: { readonly importId: string; readonly rows: readonly RowChange[]; readonly at: EpochMs }): Promise<void>

  /** Deletes what was never accepted and began before a time; marks what was accepted without being marked. Answers how many were deleted. */
  sweep(what: { readonly before: EpochMs }): Promise<number>
}
