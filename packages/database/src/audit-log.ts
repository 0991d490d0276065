import type { AuditEntry } from '@rollcall/engine'
import type { PrismaClient, PrismaTransaction } from './prisma.ts'

export interface AuditLog {
  append(entry: AuditEntry): Promise<void>
  /** What was done to one thing, newest first. */
  list(target: { readonly targetType: string; readonly targetId: string; readonly limit: number }): Promise<AuditEntry[]>
}

/** Writes an audit row in the transaction of the change that it is about. */
export async function insertAudit(tx: PrismaTransaction, { at, details, ...entry }: AuditEntry): Promise<void> {
  await tx.auditLog.create({ data: { ...entry, at: new Date(at), details: JSON.stringify(details) } })
}

export function createAuditLog(prisma: PrismaClient): AuditLog {
  return {
    append: (entry) => insertAudit(prisma, entry),
    async list({ targetType, targetId, limit }) {
      const rows = await prisma.auditLog.findMany({ where: { targetType, targetId }, orderBy: { at: 'desc' }, take: limit })
      return rows.map(({ at, details, ...entry }) => ({ ...entry, at: at.getTime(), details: JSON.parse(details) }))
    },
  }
}
