import type { AuditEntry } from '@rollcall/engine'
import type { AuditLog as AuditRow } from '../generated/sqlserver/client.ts'
import { chunks } from './chunks.ts'
import type { PrismaClient, PrismaTransaction } from './prisma.ts'

export interface AuditLog {
  append(entry: AuditEntry): Promise<void>
  /** In one statement where they are few. */
  appendAll(entries: readonly AuditEntry[]): Promise<void>
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

export function auditEntryOf({ at, details, ...entry }: AuditRow): AuditEntry {
  return { ...entry, at: at.getTime(), details: JSON.parse(details) }
}

/** SQL Server takes 2,100 parameters, eight a row. */
const ENTRIES_PER_INSERT = 250

export function createAuditLog(prisma: PrismaClient): AuditLog {
  return {
    append: (entry) => insertAudit(prisma, entry),
    async appendAll(entries) {
      for (const some of chunks(entries, ENTRIES_PER_INSERT))
        await prisma.auditLog.createMany({ data: some.map((entry) => rowOfAudit(entry, (ms) => new Date(ms))) })
    },
    async list({ targetType, targetId, limit }) {
      const rows = await prisma.auditLog.findMany({ where: { targetType, targetId }, orderBy: { at: 'desc' }, take: limit })
      return rows.map(auditEntryOf)
    },
  }
}
