import type { AuditEntry } from '@rollcall/engine'
import type { PrismaClient, PrismaTransaction } from './prisma.ts'

export interface AuditLog {
  append(entry: AuditEntry): Promise<void>
  /** What was done to one thing, newest first. */
  list(target: { readonly targetType: string; readonly targetId: string; readonly limit: number }): Promise<AuditEntry[]>
}

/** Writes an audit row in the transaction of the change that it is about. */
export async function insertAudit(tx: PrismaTransaction, entry: AuditEntry): Promise<void> {
  await tx.auditLog.create({ data: rowOfAudit(entry, (ms) => new Date(ms)) })
}

/** @param time how the dialect writes a time */
export function rowOfAudit<T>({ id, at, actor, action, targetType, targetId, reason, details }: AuditEntry, time: (ms: number) => T) {
  return { id, at: time(at), actor, action, targetType, targetId, reason, details: JSON.stringify(details) }
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
