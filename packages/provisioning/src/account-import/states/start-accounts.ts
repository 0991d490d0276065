import { type HandlerOf, type RunQueries, TerminalError } from '@rollcall/engine'
import type { AccountStore } from '../../ports/account-store.ts'
import type { ImportStore } from '../../ports/import-store.ts'
import { importErrors } from '../errors.ts'
import { judgePending, planRows, settledTo } from '../plan-rows.ts'
import type { AccountImport } from '../process.ts'
import { createRowJudge } from '../row.ts'

/** A portion is one transaction: small enough that nobody else waits for it, and 50,000 rows stay far below a run's 1,000 versions. */
export const ROWS_PER_PORTION = 200

export interface StartAccountsPorts {
  readonly imports: Pick<ImportStore, 'find' | 'pending' | 'unsettled' | 'runsOf' | 'change'>
  readonly accounts: Pick<AccountStore, 'findLive'>
  readonly queries: Pick<RunQueries, 'openRuns'>
  readonly newId: () => string
}

/**
 * Begins the runs of the next portion of rows and notes them there, in one transaction. A run whose person was taken by another request in
 * that very moment is left out by the ledger; the next portion sees that it does not stand, and notes the other one instead.
 */
export function createStartAccounts(ports: StartAccountsPorts): HandlerOf<AccountImport, 'START_ACCOUNTS'> {
  const { accounts, imports, newId, queries } = ports
  return async ({ input: { importId }, result, now }) => {
    const found = await imports.find(importId)
    if (!found) throw new TerminalError(importErrors.IMPORT_NOT_FOUND, `It is ${importId}.`)
    const cursor = result.START_ACCOUNTS ?? { startedTo: 0, settledTo: 0 }
    const [unsettled, pending] = await Promise.all([
      imports.unsettled({ importId, after: cursor.settledTo, to: cursor.startedTo }),
      imports.pending({ importId, limit: ROWS_PER_PORTION }),
    ])
    const judge = createRowJudge({ columns: found.columns, clock: { now: () => now } })
    const rows = [
      ...unsettled.map((row) => judgePending({ row, judge, begunBefore: true })),
      ...pending.map((row) => judgePending({ row, judge, begunBefore: false })),
    ]
    const persons = (begunBefore: boolean) =>
      rows.flatMap((row) => (row.body !== null && row.begunBefore === begunBefore ? [row.body.personId] : []))
    const [live, liveRuns, latestRuns, open] = await Promise.all([
      accounts.findLive([...persons(true), ...persons(false)]),
      imports.runsOf({ personIds: persons(false), orEnded: false }),
      imports.runsOf({ personIds: persons(true), orEnded: true }),
      queries.openRuns([...new Set(rows.flatMap(({ body }) => (body ? [body.schoolId] : [])))]),
    ])
    const plan = planRows({ rows, accounts: live, runs: [...liveRuns, ...latestRuns], open, newId })
    const startedTo = Math.max(cursor.startedTo, pending.at(-1)?.rowNumber ?? 0)
    return {
      // The last portion begins nothing: it only makes sure of those before it.
      outcome: plan.start.length > 0 || pending.length === ROWS_PER_PORTION ? 'more' : 'begun',
      received: { startedTo, settledTo: settledTo({ startedTo: cursor.startedTo, begunAgain: plan.begunAgain }) },
      start: plan.start,
      write: (tx) => imports.change(tx, { importId, rows: plan.changes, at: now }),
    }
  }
}
