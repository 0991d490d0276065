import type { AuditEntry } from '../ledger.ts'
import type { Schedule, Schedules, ScheduleTick } from '../schedules/schedules.ts'
import type { InMemoryLedger } from './in-memory-ledger.ts'

export interface InMemorySchedules extends Schedules {
  readonly audits: readonly AuditEntry[]
}

/** The schedules in memory, whose runs stand in a ledger in memory. */
export function createInMemorySchedules(ledger: Pick<InMemoryLedger, 'accept'>): InMemorySchedules {
  const schedules = new Map<string, Schedule>()
  const ticks: ScheduleTick[] = []
  const audits: AuditEntry[] = []

  return {
    audits,
    list: async () => [...schedules.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    find: async (name) => schedules.get(name) ?? null,

    async add({ createdBy, ...schedule }) {
      if (schedules.has(schedule.name)) return false
      schedules.set(schedule.name, { ...schedule, version: 1, skippedInRow: 0, updatedAt: schedule.createdAt, updatedBy: createdBy })
      return true
    },

    async edit({ name, expectedVersion, at, audit, ...after }) {
      const before = schedules.get(name)
      if (before?.version !== expectedVersion) return null
      const edited = { ...before, ...after, version: before.version + 1, updatedAt: at, updatedBy: audit.actor }
      schedules.set(name, edited)
      audits.push(audit)
      return edited
    },

    async advance({ name, expectedVersion, expectedDueAt, dueAt, firedAt, missed, nextDueAt, run }) {
      const before = schedules.get(name)
      if (before?.version !== expectedVersion || before.nextDueAt !== expectedDueAt) return { kind: 'superseded' }
      schedules.set(name, { ...before, nextDueAt })
      if (ticks.some((tick) => tick.schedule === name && tick.dueAt === dueAt)) return { kind: 'superseded' }
      const accepted = await acceptOne(run)
      const tick = { schedule: name, dueAt, firedAt, outcome: outcomeOf(accepted), runUuid: accepted.uuid, missed }
      ticks.push(tick)
      const now = schedules.get(name) ?? before
      const skippedInRow = accepted.inserted ? 0 : now.skippedInRow + 1
      schedules.set(name, { ...now, skippedInRow })
      return { kind: 'ticked', tick, run: accepted, skippedInRow }
    },

    async begin({ run, audit }) {
      const accepted = await acceptOne(run)
      if (accepted.inserted) audits.push(audit)
      return accepted
    },

    async ticks({ schedule, before, limit }) {
      return ticks
        .filter((tick) => tick.schedule === schedule && (before === null || tick.dueAt < before))
        .sort((a, b) => b.dueAt - a.dueAt)
        .slice(0, limit)
    },
  }

  async function acceptOne(run: Parameters<Schedules['begin']>[0]['run']) {
    const result = await ledger.accept({ groupUuid: run.groupUuid, request: null, runs: [run] })
    const [accepted] = result.kind === 'accepted' ? result.runs : []
    if (!accepted) throw new Error('A ledger accepts what comes without a request.')
    return accepted
  }
}

function outcomeOf({ inserted }: { readonly inserted: boolean }): ScheduleTick['outcome'] {
  return inserted ? 'started' : 'skipped'
}
