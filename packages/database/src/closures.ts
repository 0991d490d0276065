import type { Closure, Closures } from '@rollcall/engine'
import { v7 as uuidv7 } from 'uuid'
import { insertAudit } from './audit-log.ts'
import { isUniqueViolation } from './database-error.ts'
import type { PrismaClient } from './prisma.ts'
import { inTransaction } from './transaction.ts'

/** A closure's row stays for good; `openKey` holds the resource's name while it stands, so that each resource is closed once at most. */
export function createClosures(prisma: PrismaClient): Closures {
  return {
    async list() {
      const rows = await prisma.resourceClosure.findMany({ where: { reopenedAt: null }, orderBy: { resource: 'asc' } })
      return rows.map(closureOfRow)
    },

    async close({ closedAt, ...closure }, audit) {
      try {
        await inTransaction(prisma, async (tx) => {
          await tx.resourceClosure.create({
            data: { ...closure, id: uuidv7(), closedAt: new Date(closedAt), openKey: closure.resource },
          })
          if (audit) await insertAudit(tx, audit)
        })
        return true
      } catch (error) {
        if (isUniqueViolation(error)) return false
        throw error
      }
    },

    reopen: ({ resource, at, by, audit }) =>
      inTransaction(prisma, async (tx) => {
        const row = await tx.resourceClosure.findUnique({ where: { openKey: resource } })
        if (!row) return null
        const { count } = await tx.resourceClosure.updateMany({
          where: { id: row.id, reopenedAt: null },
          data: { openKey: row.id, reopenedAt: new Date(at), reopenedBy: by },
        })
        if (count === 0) return null
        if (audit) await insertAudit(tx, audit)
        return closureOfRow(row)
      }),
  }
}

function closureOfRow(row: Omit<Closure, 'closedAt'> & { readonly closedAt: Date }): Closure {
  const { resource, errorCode, cause, closedAt, closedBy } = row
  return { resource, errorCode, cause, closedAt: closedAt.getTime(), closedBy }
}
