// What keys are known again by. What must always hold: the first fingerprint of a setting is written once, however many start at the same time,
// and another takes its place only by an order that leaves an audit row.
import type { AuditEntry, EpochMs } from '@rollcall/engine'
import { insertAudit } from './audit-log.ts'
import { isUniqueViolation } from './database-error.ts'
import type { PrismaClient } from './prisma.ts'
import { inTransaction, retryConflicts } from './transaction.ts'

export interface KeyFingerprint {
  /** The setting that holds the key, e.g. USERNAME_KEY. */
  readonly setting: string
  /** Tells two keys apart, and nothing of either. */
  readonly fingerprint: string
  readonly recordedAt: EpochMs
  readonly recordedBy: string
}

export interface KeyFingerprints {
  /** Null where none was ever recorded. */
  find(setting: string): Promise<KeyFingerprint | null>
  /** Records this one where there is none. @returns the one that stands, which may be another's */
  keep(fingerprint: KeyFingerprint): Promise<KeyFingerprint>
  /** False if another than `from` stands there by now. */
  exchange(change: { readonly from: string; readonly to: KeyFingerprint; readonly audit: AuditEntry }): Promise<boolean>
}

export function createKeyFingerprints(prisma: PrismaClient): KeyFingerprints {
  async function find(setting: string): Promise<KeyFingerprint | null> {
    const row = await prisma.keyFingerprint.findUnique({ where: { setting } })
    return row && { ...row, recordedAt: row.recordedAt.getTime() }
  }

  return {
    find,

    async keep(own) {
      const standing = await find(own.setting)
      if (standing) return standing
      try {
        await retryConflicts(() => prisma.keyFingerprint.create({ data: rowOf(own) }))
        return own
      } catch (error) {
        const winner = isUniqueViolation(error) ? await find(own.setting) : null
        if (!winner) throw error
        return winner
      }
    },

    exchange: ({ from, to, audit }) =>
      inTransaction(prisma, async (tx) => {
        const { count } = await tx.keyFingerprint.updateMany({ where: { setting: to.setting, fingerprint: from }, data: rowOf(to) })
        if (count === 1) await insertAudit(tx, audit)
        return count === 1
      }),
  }
}

function rowOf({ recordedAt, ...fingerprint }: KeyFingerprint) {
  return { ...fingerprint, recordedAt: new Date(recordedAt) }
}
