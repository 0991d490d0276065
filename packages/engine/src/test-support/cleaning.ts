// An invented process that the clock starts, and a world in memory in which it does.
import { z } from 'zod'
import { defineProcess } from '../define-process.ts'
import type { StateJob } from '../dispatcher.ts'
import { createIds } from '../ids.ts'
import type { Notice } from '../notice.ts'
import { defineSchedule, type ScheduleDefinition } from '../schedules/define-schedule.ts'
import { ensureSchedules } from '../schedules/ensure-schedules.ts'
import { createFireDue } from '../schedules/fire-due.ts'
import type { Schedule } from '../schedules/schedules.ts'
import { createInMemoryLedger } from '../testing/in-memory-ledger.ts'
import { createInMemorySchedules } from '../testing/in-memory-schedules.ts'
import { complete, newRun } from '../testing/ledger-contract/builders.ts'
import { createVirtualClock } from '../testing/virtual-clock.ts'

export const cleaning = defineProcess({
  name: 'cleaning',
  input: z.object({
    house: z.string(),
    rooms: z.number(),
    dueAt: z.string(),
    trigger: z.enum(['schedule', 'manual']),
    by: z.string(),
    why: z.string().nullable(),
    dryRun: z.boolean().default(false),
  }),
  about: ({ house }) => ({ type: 'CLEAN', subjectId: house, subjectName: null, scopeId: null }),
  start: 'SWEEP',
  states: { SWEEP: { worker: 'sync', next: { swept: 'COMPLETED' } } },
})

export const hourlyCleaning = cleaningAt({ name: 'hourlyCleaning', cron: '0 * * * *' })

export function cleaningAt({
  name,
  cron,
  timeZone = 'UTC',
  enabled = true,
}: {
  name: string
  cron: string
  timeZone?: string
  enabled?: boolean
}) {
  return defineSchedule({
    name,
    process: cleaning,
    about: 'Sweeps the rooms of a house.',
    settings: z.object({ rooms: z.number().int().min(1).max(20), broom: z.enum(['soft', 'hard']) }),
    defaults: { cron, timeZone, enabled, settings: { rooms: 4, broom: 'soft' } },
    environment: { cron: 'CRON_CLEANING_SCHEDULE', enabled: 'CRON_CLEANING_ENABLED', rooms: 'CRON_CLEANING_ROOMS', broom: 'CRON_BROOM' },
    overridable: ['dryRun'],
    inputOf: ({ settings, dueAt, trigger, requestedBy, reason }) => ({
      house: name,
      rooms: settings.rooms,
      dueAt: new Date(dueAt).toISOString(),
      trigger,
      by: requestedBy,
      why: reason,
    }),
  })
}

export const HOUR_MS = 3_600_000

/** A fleet's schedules in memory, on a virtual clock that starts at 08:00 UTC. */
export async function createCleaningWorld({
  definitions = [hourlyCleaning],
  environment = {},
}: {
  readonly definitions?: readonly ScheduleDefinition[]
  readonly environment?: Readonly<Record<string, string>>
} = {}) {
  const clock = createVirtualClock()
  const newId = createIds(clock)
  const ledger = createInMemoryLedger()
  const schedules = createInMemorySchedules(ledger)
  const notices: Notice[] = []
  const enqueued: StateJob[] = []
  const dispatcher = { enqueue: async (jobs: readonly StateJob[]) => void enqueued.push(...jobs) }
  const deps = { schedules, definitions, dispatcher, clock, newId, notify: (notice: Notice) => void notices.push(notice) }
  await ensureSchedules({ definitions, environment, by: 'worker-sync' }, deps)
  return {
    ...deps,
    ledger,
    notices,
    enqueued,
    deps,
    fireDue: createFireDue(deps),
    async schedule(name = hourlyCleaning.name): Promise<Schedule> {
      const found = await schedules.find(name)
      if (!found) throw new Error(`The test expected schedule ${name}.`)
      return found
    },
    ticks: (name = hourlyCleaning.name) => schedules.ticks({ schedule: name, before: null, limit: 1_000 }),
    /** Whatever is going comes to its end. */
    async endRuns() {
      const live = ledger.runs().filter(({ dueAt }) => dueAt !== null)
      await ledger.commit(live.map(({ uuid, liveKey }) => complete(newRun({ uuid, liveKey }))))
    },
  }
}
