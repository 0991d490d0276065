// What is still to be told of registrations: an outbox that several processes may empty at once. What must always hold: an event is not handed
// out while an earlier one of its registration is neither delivered nor given up, and whoever takes one has it to himself until a time.
import type { EpochMs } from '@rollcall/engine'
import type { Dialect } from '../dialect.ts'
import type { PrismaClient } from '../prisma.ts'
import { idBefore } from '../retention/id-before.ts'
import { dateOrNull, msOrNull } from '../time.ts'
import { retryConflicts } from '../transaction.ts'

export interface NewRegistrationEvent {
  /** UUIDv7; also the webhook's. */
  readonly id: string
  readonly registrationId: string
  /** That of the registration after the change. */
  readonly version: number
  /** Exactly what is signed and sent. */
  readonly body: string
  readonly createdAt: EpochMs
}

export interface DueEvent extends NewRegistrationEvent {
  /** Tries so far. */
  readonly attempts: number
  readonly nextTryAt: EpochMs
}

export interface RegistrationEvents {
  /** The first of each registration that is neither delivered nor given up, where its time has come. Longest due first. */
  due(query: { readonly now: EpochMs; readonly limit: number }): Promise<DueEvent[]>
  /** Counts a try, and keeps others away until a time. False if somebody else was quicker. */
  claim(claim: { readonly event: DueEvent; readonly until: EpochMs }): Promise<boolean>
  markDelivered(delivery: { readonly id: string; readonly at: EpochMs }): Promise<void>
  /** @param nextTryAt null: it is given up */
  markFailed(failure: { readonly id: string; readonly nextTryAt: EpochMs | null; readonly error: string }): Promise<void>
  /** How many are neither delivered nor given up. */
  countPending(): Promise<number>
  /** When the oldest of these was made; null where there is none. */
  oldestPending(): Promise<EpochMs | null>
  /** Deletes some that were made before a time and are delivered or given up. @returns how many */
  deleteSettled(sweep: { readonly before: EpochMs; readonly limit: number }): Promise<number>
}

const COLUMNS = ['id', 'registrationId', 'version', 'body', 'createdAt', 'attempts', 'nextTryAt'] as const

/** The parameter is the time. */
const DUE: Readonly<Record<Dialect, (limit: number) => string>> = {
  sqlite: (limit) => `SELECT ${COLUMNS.map((name) => `e.${name}`).join(', ')} FROM RegistrationEvent AS e
WHERE e.nextTryAt <= ?1 AND NOT EXISTS (
  SELECT 1 FROM RegistrationEvent AS p WHERE p.registrationId = e.registrationId AND p.version < e.version AND p.nextTryAt IS NOT NULL)
ORDER BY e.nextTryAt, e.id LIMIT ${limit}`,
  sqlserver: (limit) => `SELECT TOP (${limit}) ${COLUMNS.map((name) => `e.[${name}]`).join(', ')} FROM [dbo].[RegistrationEvent] AS e
WHERE e.[nextTryAt] <= @P1 AND NOT EXISTS (
  SELECT 1 FROM [dbo].[RegistrationEvent] AS p WHERE p.[registrationId] = e.[registrationId] AND p.[version] < e.[version] AND p.[nextTryAt] IS NOT NULL)
ORDER BY e.[nextTryAt], e.[id]`,
}

const LONGEST_ERROR = 200

interface DueRow extends Omit<DueEvent, 'createdAt' | 'nextTryAt' | 'version' | 'attempts'> {
  readonly version: number | bigint
  readonly attempts: number | bigint
  readonly createdAt: Date
  readonly nextTryAt: Date
}

export function createRegistrationEvents({
  prisma,
  dialect,
}: {
  readonly prisma: PrismaClient
  readonly dialect: Dialect
}): RegistrationEvents {
  const time = (ms: EpochMs) => (dialect === 'sqlite' ? ms : new Date(ms).toISOString().slice(0, -1))

  return {
    async due({ now, limit }) {
      const rows = await retryConflicts(() => prisma.$queryRawUnsafe<DueRow[]>(DUE[dialect](limit), time(now)))
      return rows.map(({ attempts, createdAt, nextTryAt, version, ...row }) => ({
        ...row,
        version: Number(version),
        attempts: Number(attempts),
        createdAt: createdAt.getTime(),
        nextTryAt: nextTryAt.getTime(),
      }))
    },

    async claim({ event: { id, nextTryAt, attempts }, until }) {
      const { count } = await retryConflicts(() =>
        prisma.registrationEvent.updateMany({
          where: { id, attempts, nextTryAt: new Date(nextTryAt) },
          data: { attempts: attempts + 1, nextTryAt: new Date(until) },
        }),
      )
      return count === 1
    },

    async markDelivered({ id, at }) {
      const data = { nextTryAt: null, deliveredAt: new Date(at), lastError: null }
      await retryConflicts(() => prisma.registrationEvent.updateMany({ where: { id, deliveredAt: null }, data }))
    },

    async markFailed({ id, nextTryAt, error }) {
      const data = { nextTryAt: dateOrNull(nextTryAt), lastError: error.slice(0, LONGEST_ERROR) }
      await retryConflicts(() => prisma.registrationEvent.updateMany({ where: { id, deliveredAt: null }, data }))
    },

    countPending: () => retryConflicts(() => prisma.registrationEvent.count({ where: { nextTryAt: { not: null } } })),

    async oldestPending() {
      const pending = { nextTryAt: { not: null } }
      const { _min } = await retryConflicts(() => prisma.registrationEvent.aggregate({ where: pending, _min: { createdAt: true } }))
      return msOrNull(_min.createdAt)
    },

    async deleteSettled({ before, limit }) {
      const old = await prisma.registrationEvent.findMany({
        where: { id: { lt: idBefore(before) }, nextTryAt: null },
        orderBy: { id: 'asc' },
        take: limit,
        select: { id: true },
      })
      if (old.length === 0) return 0
      const { count } = await retryConflicts(() => prisma.registrationEvent.deleteMany({ where: { id: { in: old.map(({ id }) => id) } } }))
      return count
    },
  }
}
