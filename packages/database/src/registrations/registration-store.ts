// The registrations of organisations, as the registration service keeps them. What must always hold: a version is written once, and the event
// that tells of it is written with it, in the same transaction, or neither is.
import type { AuditEntry, EpochMs } from '@rollcall/engine'
import { insertAudit } from '../audit-log.ts'
import type { PrismaClient } from '../prisma.ts'
import { inTransaction, retryConflicts } from '../transaction.ts'
import type { NewRegistrationEvent } from './registration-events.ts'

export interface RegistrationRecord {
  readonly registrationId: string
  /** Null while none was given. */
  readonly registrationNumber: string | null
  readonly userId: string
  readonly status: string
  readonly organizationName: string
  /** From 1 on, one more with every change. */
  readonly version: number
  readonly createdAt: EpochMs
  readonly updatedAt: EpochMs
}

/** A registration as it shall stand, with what tells of it. */
export interface WrittenRegistration {
  readonly registration: RegistrationRecord
  readonly event: NewRegistrationEvent
  readonly audit: AuditEntry
}

export interface RegistrationStore {
  /** In any order, several under one number where they are double. One statement. */
  findByNumbers(registrationNumbers: readonly string[]): Promise<RegistrationRecord[]>
  /** In any order, several of one user where he has them. One statement. */
  findByUsers(userIds: readonly string[]): Promise<RegistrationRecord[]>
  find(registrationId: string): Promise<RegistrationRecord | null>
  add(written: WrittenRegistration): Promise<void>
  /** False if another version than the one before this stands by now. */
  change(written: WrittenRegistration): Promise<boolean>
}

export function createRegistrationStore(prisma: PrismaClient): RegistrationStore {
  return {
    async findByNumbers(registrationNumbers) {
      const where = { registrationNumber: { in: [...registrationNumbers] } }
      return (await retryConflicts(() => prisma.registration.findMany({ where }))).map(recordOf)
    },

    async findByUsers(userIds) {
      const where = { userId: { in: [...userIds] } }
      return (await retryConflicts(() => prisma.registration.findMany({ where }))).map(recordOf)
    },

    async find(registrationId) {
      const row = await prisma.registration.findUnique({ where: { registrationId } })
      return row && recordOf(row)
    },

    add: ({ registration, event, audit }) =>
      inTransaction(prisma, async (tx) => {
        await tx.registration.create({ data: rowOf(registration) })
        await tx.registrationEvent.create({ data: eventRow(event) })
        await insertAudit(tx, audit)
      }),

    change: ({ registration, event, audit }) =>
      inTransaction(prisma, async (tx) => {
        const { registrationId, version, createdAt: _, ...changes } = rowOf(registration)
        const { count } = await tx.registration.updateMany({
          where: { registrationId, version: version - 1 },
          data: { ...changes, version },
        })
        if (count === 0) return false
        await tx.registrationEvent.create({ data: eventRow(event) })
        await insertAudit(tx, audit)
        return true
      }),
  }
}

interface RegistrationRow extends Omit<RegistrationRecord, 'createdAt' | 'updatedAt'> {
  readonly createdAt: Date
  readonly updatedAt: Date
}

function recordOf({ createdAt, updatedAt, ...row }: RegistrationRow): RegistrationRecord {
  return { ...row, createdAt: createdAt.getTime(), updatedAt: updatedAt.getTime() }
}

function rowOf({ createdAt, updatedAt, ...record }: RegistrationRecord): RegistrationRow {
  return { ...record, createdAt: new Date(createdAt), updatedAt: new Date(updatedAt) }
}

/** To be delivered at once. */
function eventRow({ createdAt, ...event }: NewRegistrationEvent) {
  return { ...event, createdAt: new Date(createdAt), attempts: 0, nextTryAt: new Date(createdAt) }
}
