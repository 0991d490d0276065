// What people order about organisations' accounts and sync runs. What must always hold: an order, its audit row and the runs that it begins are
// written together or not at all.
import type { AuditEntry, EpochMs, NewRun } from '@rollcall/engine'
import type { AccountChange, AccountStatus, ChangeOutcome, OrganisationAccount } from '@rollcall/status-sync'
import { insertAudit } from '../audit-log.ts'
import type { Dialect } from '../dialect.ts'
import type { LedgerSql } from '../ledger/ledger-sql.ts'
import type { PrismaClient } from '../prisma.ts'
import { accountOf } from '../status-sync/account-rows.ts'
import { applyChanges } from '../status-sync/apply-changes.ts'
import { inTransaction, retryConflicts } from '../transaction.ts'

export interface AccountOrders {
  /** By userId. @param verifiedBefore only those that were last compared with their registration before then, or never; null for all */
  list(page: {
    readonly status: AccountStatus | null
    readonly verifiedBefore: EpochMs | null
    readonly after: string | null
    readonly limit: number
  }): Promise<OrganisationAccount[]>
  /** A change of an account, with the runs that it begins. `changed`: its version is another by now, or there is no such account; nothing was written. */
  change(order: { readonly change: AccountChange; readonly start: readonly NewRun[] }): Promise<ChangeOutcome>
  /** Asks a run to pause, or takes that back with null. False where the run has not begun to sync. */
  askPause(order: { readonly runUuid: string; readonly by: string | null; readonly audit: AuditEntry }): Promise<boolean>
}

export function createAccountOrders({
  prisma,
  dialect,
  sql,
}: {
  readonly prisma: PrismaClient
  readonly dialect: Dialect
  readonly sql: Pick<LedgerSql, 'startWithin'>
}): AccountOrders {
  return {
    async list({ status, verifiedBefore, after, limit }) {
      const where = {
        ...(after !== null && { userId: { gt: after } }),
        ...(status !== null && { accountStatus: status }),
        ...(verifiedBefore !== null && { OR: [{ lastSyncAt: null }, { lastSyncAt: { lt: new Date(verifiedBefore) } }] }),
      }
      const rows = await retryConflicts(() => prisma.organisationAccount.findMany({ where, orderBy: { userId: 'asc' }, take: limit }))
      return rows.map(accountOf)
    },

    change: ({ change, start }) =>
      inTransaction(prisma, async (tx) => {
        const outcome = (await applyChanges(tx, { changes: [change], dialect })).get(change.userId) ?? 'changed'
        if (outcome === 'applied' && start.length > 0) await sql.startWithin(tx, start)
        return outcome
      }),

    askPause: ({ runUuid, by, audit }) =>
      inTransaction(prisma, async (tx) => {
        const { count } = await tx.syncRun.updateMany({ where: { runUuid }, data: { pauseAskedBy: by } })
        if (count === 1) await insertAudit(tx, audit)
        return count === 1
      }),
  }
}
