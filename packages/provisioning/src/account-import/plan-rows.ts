// What becomes of rows whose turn has come: decided here, purely, from what stands already. The same rules as for POST /student-create.
import { priorityOf, type RunToStart } from '@rollcall/engine'
import { accountCreate } from '../account-create/process.ts'
import { RUN_TYPES } from '../account-kind.ts'
import { provisioningErrors } from '../errors.ts'
import type { LiveAccount } from '../ports/account-store.ts'
import type { PendingRow, PersonsRun, RowChange } from '../ports/import-store.ts'
import { importErrors } from './errors.ts'
import type { ImportBody, JudgeRow } from './row.ts'

export interface JudgedPendingRow {
  readonly rowNumber: number
  /** The row had begun a run, which does not stand: somebody else's had taken the person in that moment. */
  readonly begunBefore: boolean
  /** Why nothing can be asked for; null where `body` says what is. */
  readonly errorCode: string | null
  readonly body: ImportBody | null
}

export interface PlannedRows {
  readonly changes: readonly RowChange[]
  readonly start: readonly RunToStart[]
  /** Rows that had begun a run and begin another one now: it has to be looked at once more. */
  readonly begunAgain: readonly number[]
}

export function judgePending({
  row: { cells, rowNumber },
  judge,
  begunBefore,
}: {
  readonly row: PendingRow
  readonly judge: JudgeRow
  readonly begunBefore: boolean
}): JudgedPendingRow {
  const refused = (errorCode: string) => ({ rowNumber, begunBefore, errorCode, body: null })
  if (cells === null) return refused(importErrors.ROW_ERASED.code)
  const judged = judge(cells)
  // It was valid when it came: a later release is stricter.
  if (!('body' in judged)) return refused(importErrors.INVALID_ROW.code)
  return { rowNumber, begunBefore, errorCode: null, body: judged.body }
}

/**
 * @param accounts the live accounts of the rows' persons
 * @param runs the runs that make them one: the live ones and, of rows that had begun one before, also the ended ones
 * @param open how many live runs each school has
 */
export function planRows({
  rows,
  accounts,
  runs,
  open,
  newId,
}: {
  readonly rows: readonly JudgedPendingRow[]
  readonly accounts: readonly LiveAccount[]
  readonly runs: readonly PersonsRun[]
  readonly open: ReadonlyMap<string, number>
  readonly newId: () => string
}): PlannedRows {
  const hasAccount = new Set(accounts.map(({ personId }) => personId))
  const runOf = new Map(runs.map((run) => [run.personId, run]))
  const aheadIn = new Map(open)
  const start: RunToStart[] = []
  const begunAgain: number[] = []
  return { changes: rows.map(changeOf), start, begunAgain }

  function changeOf({ begunBefore, body, errorCode, rowNumber }: JudgedPendingRow): RowChange {
    const refused = (code: string): RowChange => ({ rowNumber, outcome: 'refused', runUuid: null, errorCode: code })
    const joined = (run: PersonsRun): RowChange => ({ rowNumber, outcome: 'joined', runUuid: run.uuid, errorCode: null })
    if (body === null) {
      const outcome = errorCode === importErrors.INVALID_ROW.code ? 'invalid' : 'refused'
      return { rowNumber, outcome, runUuid: null, errorCode }
    }
    const run = runOf.get(body.personId)
    const isSameKind = run?.type === RUN_TYPES[body.kind]
    // Whoever took the person in the moment in which this row began may have ended since: what came of it is what was asked for.
    if (run && isSameKind && begunBefore) return joined(run)
    if (hasAccount.has(body.personId)) return refused(provisioningErrors.ACCOUNT_EXISTS.code)
    if (run?.isLive) return isSameKind ? joined(run) : refused(provisioningErrors.PERSON_IN_CREATION_AS_OTHER_KIND.code)
    const uuid = newId()
    start.push({
      process: accountCreate,
      input: { ...body },
      uuid,
      priority: priorityOf({ lane: 'bulk', ahead: takePlace(body.schoolId) }),
    })
    if (begunBefore) begunAgain.push(rowNumber)
    return { rowNumber, outcome: 'started', runUuid: uuid, errorCode: null }
  }

  /** How many runs of the school stand before the next one. */
  function takePlace(schoolId: string): number {
    const ahead = aheadIn.get(schoolId) ?? 0
    aheadIn.set(schoolId, ahead + 1)
    return ahead
  }
}

/** Past which row nothing is left to be settled. */
export function settledTo({ startedTo, begunAgain }: { readonly startedTo: number; readonly begunAgain: readonly number[] }): number {
  return begunAgain.length === 0 ? startedTo : Math.min(...begunAgain) - 1
}
