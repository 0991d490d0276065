import type { Ledger, RunQueries } from '@rollcall/engine'
import { retryConflicts } from '../transaction.ts'
import { accept } from './accept.ts'
import { backlog } from './backlog.ts'
import { commitWith } from './commit-with.ts'
import type { LedgerContext } from './context.ts'
import { deleteEnded } from './delete-ended.ts'
import { due } from './due.ts'
import { replay } from './replay.ts'
import { requestCancel } from './request-cancel.ts'
import { createRunQueries } from './run-queries.ts'

/** The engine's ledger over SQL: the hot path in each database's own SQL, the rest through Prisma. */
export function createLedger(context: LedgerContext): Ledger & RunQueries {
  const { sql } = context
  return {
    read: (uuids) => (uuids.length === 0 ? Promise.resolve([]) : sql.read(uuids)),
    commit: (transitions) => (transitions.length === 0 ? Promise.resolve(new Set()) : retryConflicts(() => sql.commit(transitions))),
    commitWith: (change) => commitWith(context, change),
    append: (event, { once = false } = {}) => retryConflicts(() => sql.append(event, { once })),
    accept: (input) => accept(context, input),
    requestCancel: (change) => requestCancel(context, change),
    replay: (change) => replay(context, change),
    due: (page) => due(context, page),
    backlog: () => backlog(context),
    shiftStateSince: (change) => retryConflicts(() => sql.shiftStateSince(change)),
    deleteEnded: (selection) => deleteEnded(context, selection),
    ...createRunQueries(context),
  }
}
