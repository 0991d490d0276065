// The schedules over SQL. The row of a schedule is locked by the first statement of a tick, whose condition is what was read: of all who serve
// a due time at once, one goes on, and the others find that there is nothing left to do.
import { type AcceptedRun, type NewRun, type Schedule, type Schedules, settingsByName } from '@rollcall/engine'
import { insertAudit } from '../audit-log.ts'
import { isUniqueViolation } from '../database-error.ts'
import type { LedgerSql } from '../ledger/ledger-sql.ts'
import type { PrismaClient, PrismaTransaction } from '../prisma.ts'
import { dateOrNull } from '../time.ts'
import { inTransaction, retryConflicts } from '../transaction.ts'
import { scheduleOfRow, tickOfRow } from './schedule-rows.ts'

const MAX_RACES = 5

/** Another run took the natural key, or gave it up, in the middle of this transaction. Its words are for whoever loses every race. */
class KeyRace extends Error {
  constructor({ process }: NewRun, options?: ErrorOptions) {
    super(`Other runs of ${process} began and ended ${MAX_RACES} times while this one was to begin. Try again.`, options)
  }
}

interface SchedulesContext {
  readonly prisma: PrismaClient
  readonly sql: Pick<LedgerSql, 'startWithin'>
}

export function createSchedules({ prisma, sql }: SchedulesContext): Schedules {
  return {
    async list() {
      const rows = await retryConflicts(() => prisma.schedule.findMany({ orderBy: { name: 'asc' } }))
      return rows.map(scheduleOfRow)
    },

    find: (name) => find(prisma, name),

    async add({ name, nextDueAt, createdAt, createdBy, ...settings }) {
      const at = new Date(createdAt)
      try {
        await prisma.schedule.create({
          data: {
            ...{ name, version: 1, nextDueAt: dateOrNull(nextDueAt), skippedInRow: 0, createdAt: at, updatedAt: at, updatedBy: createdBy },
            ...{ enabled: settings.enabled.value, settings: JSON.stringify(settingsByName(settings)) },
          },
        })
        return true
      } catch (error) {
        if (isUniqueViolation(error)) return false
        throw error
      }
    },

    edit: ({ name, expectedVersion, nextDueAt, at, audit, ...settings }) =>
      inTransaction(prisma, async (tx) => {
        const { count } = await tx.schedule.updateMany({
          where: { name, version: expectedVersion },
          data: {
            ...{ version: expectedVersion + 1, updatedAt: new Date(at), updatedBy: audit.actor },
            ...(nextDueAt !== undefined && { nextDueAt: dateOrNull(nextDueAt) }),
            ...{ enabled: settings.enabled.value, settings: JSON.stringify(settingsByName(settings)) },
          },
        })
        if (count === 0) return null
        await insertAudit(tx, audit)
        return find(tx, name)
      }),

    advance: ({ name, expectedVersion, expectedDueAt, nextDueAt, run, ...tick }) =>
      afterRaces(prisma, async (tx) => {
        const { count } = await tx.schedule.updateMany({
          where: { name, version: expectedVersion, nextDueAt: new Date(expectedDueAt) },
          data: { nextDueAt: new Date(nextDueAt) },
        })
        if (count === 0) return { kind: 'superseded' }
        const dueAt = new Date(tick.dueAt)
        // By a clock that is behind, a schedule that was changed can be due again when it has been served already.
        if (await tx.scheduleTick.findUnique({ where: { schedule_dueAt: { schedule: name, dueAt } } })) return { kind: 'superseded' }
        const begun = await beginWithin(tx, sql, run)
        const outcome = begun.inserted ? 'started' : 'skipped'
        const row = { schedule: name, dueAt, firedAt: new Date(tick.firedAt), outcome, runUuid: begun.uuid, missed: tick.missed }
        await tx.scheduleTick.create({ data: row })
        const { skippedInRow } = await tx.schedule.update({
          where: { name },
          data: { skippedInRow: begun.inserted ? 0 : { increment: 1 } },
          select: { skippedInRow: true },
        })
        return { kind: 'ticked', tick: tickOfRow(row), run: begun, skippedInRow }
      }),

    begin: ({ run, audit }) =>
      afterRaces(prisma, async (tx) => {
        const begun = await beginWithin(tx, sql, run)
        if (begun.inserted) await insertAudit(tx, audit)
        return begun
      }),

    async ticks({ schedule, before, limit }) {
      const rows = await retryConflicts(() =>
        prisma.scheduleTick.findMany({
          where: { schedule, ...(before !== null && { dueAt: { lt: new Date(before) } }) },
          orderBy: { dueAt: 'desc' },
          take: limit,
        }),
      )
      return rows.map(tickOfRow)
    },
  }
}

async function find(client: PrismaClient | PrismaTransaction, name: string): Promise<Schedule | null> {
  const row = await client.schedule.findUnique({ where: { name } })
  return row && scheduleOfRow(row)
}

/** Begins the run unless a live one has its natural key, and answers which of the two it is. */
async function beginWithin(tx: PrismaTransaction, sql: SchedulesContext['sql'], run: NewRun): Promise<AcceptedRun> {
  await sql.startWithin(tx, [run]).catch((error: unknown) => {
    throw isUniqueViolation(error) ? new KeyRace(run, { cause: error }) : error
  })
  const holder = await tx.run.findUnique({ where: { liveKey: run.liveKey } })
  if (!holder) throw new KeyRace(run)
  const { uuid, groupUuid, state, status, version } = holder
  return { uuid, groupUuid, state, status: statusOf(status), version, inserted: uuid === run.uuid }
}

/** Only the engine writes the column, from the words of the same type. */
function statusOf(word: string): AcceptedRun['status'] {
  return word as AcceptedRun['status']
}

/** A transaction, and again from its start when it lost a race for a natural key. */
async function afterRaces<T>(prisma: PrismaClient, body: (tx: PrismaTransaction) => Promise<T>): Promise<T> {
  for (let race = 1; ; race++) {
    try {
      return await inTransaction(prisma, body)
    } catch (error) {
      if (!(error instanceof KeyRace) || race === MAX_RACES) throw error
    }
  }
}
