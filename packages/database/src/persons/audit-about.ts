import type { AuditLog as AuditRow } from '../../generated/sqlserver/client.ts'
import { chunks } from '../chunks.ts'
import type { PrismaClient, PrismaTransaction } from '../prisma.ts'

/** SQL Server takes 2,100 parameters. */
const TARGETS_PER_QUERY = 1_000

/** Under which names the audit log knows a person. */
export interface AuditTargets {
  readonly personId: string
  readonly sysUserIds: readonly string[]
  readonly runUuids: readonly string[]
  readonly importIds: readonly string[]
}

/** What was done to a person, to their runs and accounts, and who read the imports that they stand in. Oldest first. */
export async function auditAbout(
  prisma: PrismaClient | PrismaTransaction,
  { personId, sysUserIds, runUuids, importIds }: AuditTargets,
): Promise<AuditRow[]> {
  const targets: readonly (readonly [string, readonly string[]])[] = [
    ['person', [personId]],
    ['account', sysUserIds],
    ['run', runUuids],
    ['import', importIds],
  ]
  const rows: AuditRow[] = []
  for (const [targetType, ids] of targets) {
    for (const targetIds of chunks(ids, TARGETS_PER_QUERY)) {
      rows.push(...(await prisma.auditLog.findMany({ where: { targetType, targetId: { in: targetIds } } })))
    }
  }
  return rows.toSorted((a, b) => a.at.getTime() - b.at.getTime() || (a.id < b.id ? -1 : 1))
}
