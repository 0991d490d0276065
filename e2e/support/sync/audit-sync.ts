// The last word of every fault test of the status sync: what a run says that it did, its items, the audit log and the accounts must tell one story.
import type { Database } from '@rollcall/database'

export interface SyncAudit {
  /** Accounts whose status changed more often than the run changed them, or less often. */
  readonly changedOtherwise: readonly string[]
  /** Audit rows that stand for no change, or changes without their one row. */
  readonly auditedOtherwise: readonly string[]
  /** Counters that the items do not bear out. */
  readonly miscounted: readonly string[]
}

export const TOLD_AS_IT_WAS: SyncAudit = { changedOtherwise: [], auditedOtherwise: [], miscounted: [] }

/** The version of each account's status, by user. */
export async function versionsOf({ prisma }: Database): Promise<ReadonlyMap<string, number>> {
  const accounts = await prisma.organisationAccount.findMany({ select: { userId: true, statusVersion: true } })
  return new Map(accounts.map(({ userId, statusVersion }) => [userId, statusVersion]))
}

/** @param before the versions as they were before the run, which nobody else's change has touched since */
export async function auditSync({
  runUuid,
  before,
  database,
}: {
  readonly runUuid: string
  readonly before: ReadonlyMap<string, number>
  readonly database: Database
}): Promise<SyncAudit> {
  const { prisma } = database
  const items = await prisma.syncItem.findMany({ where: { runUuid } })
  const applied = new Set(items.filter(({ outcome }) => outcome === 'applied').map(({ userId }) => userId))
  const after = await versionsOf(database)
  const changedOtherwise = [...after].filter(([userId, version]) => version - (before.get(userId) ?? 0) !== (applied.has(userId) ? 1 : 0))

  const rows = await prisma.auditLog.findMany({ where: { action: 'USER_STATUS_SYNC' } })
  const audited = Map.groupBy(rows, ({ targetId }) => targetId)
  const everybody = new Set([...applied, ...audited.keys()])
  const auditedOtherwise = [...everybody].filter((userId) => (audited.get(userId)?.length ?? 0) !== (applied.has(userId) ? 1 : 0))

  const run = await prisma.syncRun.findUniqueOrThrow({ where: { runUuid } })
  const counters = JSON.parse(run.counters) as Readonly<Record<string, number>>
  const counted = {
    scanned: after.size,
    toChange: items.filter(({ action }) => action === 'update').length,
    applied: applied.size,
    conflicted: items.filter(({ outcome }) => outcome === 'conflicted').length,
    failed: items.filter(({ outcome }) => outcome === 'failed').length,
    findings: items.filter(({ action }) => action === 'finding').length,
  }
  return {
    changedOtherwise: changedOtherwise.map(([userId]) => userId),
    auditedOtherwise,
    miscounted: Object.entries(counted).flatMap(([name, count]) =>
      counters[name] === count ? [] : [`${name} is ${counters[name]} of ${count}`],
    ),
  }
}
