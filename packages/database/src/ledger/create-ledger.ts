import type { Ledger, RunQueries } from '@rollcall/engine'
import { retryConflicts } from '../transaction.ts'
import { accept, findRequest } from './accept.ts'
import { backlog } from './backlog.ts'
import { createCommitWith } from './commit-with.ts'
import type { LedgerContext } from './context.ts'
import { deleteEnded } from './delete-ended.ts'
import { due } from './due.ts'
import { replay } from './replay.ts'
import { requestCancel } from './request-cancel.ts'
import { createRunQueries } from './run-queries.ts'

/**
 * The engine's ledger over SQL: the hot path in each database's own SQL, the rest through Prisma. Reads are repeated like writes: where SQL
 * Server keeps no row versions, one that goes through an index to the rows can be the victim of a deadlock with a commit that goes the other way.
 */
export function createLedger(context: LedgerContext): Ledger & RunQueries {
  const { sql } = context
  const queries = createRunQueries(context)
  return {
    read: (uuids) => (uuids.length === 0 ? Promise.resolve([]) : retryConflicts(() => sql.read(uuids))),
    commit: (transitions) => (transitions.length === 0 ? Promise.resolve(new Set()) : retryConflicts(() => sql.commit(transitions))),
    commitWith: createCommitWith(context),
    append: (event, { once = false } = {}) => retryConflicts(() => sql.append(event, { once })),
    accept: (input) => accept(context, input),
    findRequest: (request) => retryConflicts(() => findRequest(context, request)),
    requestCancel: (change) => requestCancel(context, change),
    replay: (change) => replay(context, change),
    due: (page) => retryConflicts(() => due(context, page)),
    backlog: () => retryConflicts(() => backlog(context)),
    shiftStateSince: (change) => retryConflicts(() => sql.shiftStateSince(change)),
    deleteEnded: (selection) => deleteEnded(context, selection),
    find: (uuid) => retryConflicts(() => queries.find(uuid)),
    history: (uuid) => retryConflicts(() => queries.history(uuid)),
    list: (filter, page) => retryConflicts(() => queries.list(filter, page)),
    groupCounts: (groupUuid) => retryConflicts(() => queries.groupCounts(groupUuid)),
    openRuns: (scopeIds) => retryConflicts(() => queries.openRuns(scopeIds)),
    latestEvents: (filter, page) => retryConflicts(() => queries.latestEvents(filter, page)),
    failuresSince: (selection) => retryConflicts(() => queries.failuresSince(selection)),
  }
}
