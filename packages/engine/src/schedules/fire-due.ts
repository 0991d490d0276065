// Serves the due times that have come. Whoever hears a bell, or just looks, calls it, in as many processes as there are: the row in SQL decides
// who serves which due time, and a due time that nobody served in time is made up for by the next look.
import type { Clock } from '../clock.ts'
import type { Dispatcher } from '../dispatcher.ts'
import { LedgerUnavailableError } from '../errors.ts'
import type { Notify } from '../notice.ts'
import type { EpochMs, NewRun } from '../run.ts'
import type { ScheduleDefinition } from './define-schedule.ts'
import { dueTimes } from './due-times.ts'
import { enqueueBegun } from './enqueue-begun.ts'
import { prepareScheduledRun } from './prepare-scheduled-run.ts'
import type { Schedule, Schedules, ScheduleTick } from './schedules.ts'
import { readOwn } from './settings.ts'

/** Of a schedule that fires every minute, 16 hours: more are made up for as well, and not counted. */
const MOST_COUNTED = 1_000
/** Each turn of a schedule serves everything that is due, so a second one is needed only where somebody else was faster. */
const MAX_TURNS = 5

export interface FireDeps {
  readonly schedules: Pick<Schedules, 'list' | 'find' | 'advance'>
  readonly definitions: readonly ScheduleDefinition[]
  readonly dispatcher: Pick<Dispatcher, 'enqueue'>
  readonly clock: Clock
  /** By SQL's clock, which is one for the whole fleet: nothing beyond it is served, whatever this machine's says. Left out, the latter is trusted. */
  readonly sqlNow?: () => Promise<EpochMs>
  readonly newId: () => string
  readonly notify: Notify
}

/**
 * @returns a function that serves what is due, and answers the ticks that it made. A schedule that cannot be served keeps no other waiting.
 * @throws LedgerUnavailableError
 */
export function createFireDue(deps: FireDeps): () => Promise<ScheduleTick[]> {
  const definitions = new Map(deps.definitions.map((definition) => [definition.name, definition]))
  return async () => {
    const ticks: ScheduleTick[] = []
    for (const schedule of await deps.schedules.list()) {
      const definition = definitions.get(schedule.name)
      // One of another release, whose own processes serve it.
      if (!definition || !isDue(schedule, deps.clock.now())) continue
      const tick = await serve({ definition, schedule }, deps).catch((error: unknown) => tellUnserved({ schedule, error, deps }))
      if (tick) ticks.push(tick)
    }
    return ticks
  }
}

/** A clock that jumps ahead would serve due times before they come, and leave the fleet to wait until they have. */
async function trustedNow({ clock, sqlNow }: FireDeps): Promise<EpochMs> {
  return sqlNow ? Math.min(clock.now(), await sqlNow()) : clock.now()
}

interface DueSchedule extends Schedule {
  readonly nextDueAt: EpochMs
}

function isDue(schedule: Schedule, now: EpochMs): schedule is DueSchedule {
  return schedule.nextDueAt !== null && schedule.nextDueAt <= now
}

function tellUnserved({ schedule, error, deps }: { readonly schedule: Schedule; readonly error: unknown; readonly deps: FireDeps }): null {
  if (error instanceof LedgerUnavailableError) throw error
  const message = error instanceof Error ? error.message : String(error)
  deps.notify({ kind: 'unexpected', run: null, message: `Schedule ${schedule.name} could not be served: ${message}` })
  return null
}

async function serve(
  { definition, schedule }: { readonly definition: ScheduleDefinition; readonly schedule: Schedule },
  deps: FireDeps,
): Promise<ScheduleTick | null> {
  let standing: Schedule | null = schedule
  for (let turn = 1; turn <= MAX_TURNS; turn++) {
    const now = await trustedNow(deps)
    if (!standing || !isDue(standing, now)) return null
    const due = dueUntil(standing, now)
    const run = runOf({ definition, schedule: standing, dueAt: due.latest, now, newId: deps.newId })
    const advanced = await deps.schedules.advance({
      name: standing.name,
      expectedVersion: standing.version,
      expectedDueAt: standing.nextDueAt,
      dueAt: due.latest,
      firedAt: now,
      missed: due.missed,
      nextDueAt: due.next,
      run,
    })
    if (advanced.kind === 'ticked') {
      await enqueueBegun({ run, accepted: advanced.run }, deps)
      const { dueAt, missed, outcome, runUuid } = advanced.tick
      deps.notify({ kind: 'ticked', schedule: standing.name, dueAt, outcome, runUuid, missed, skippedInRow: advanced.skippedInRow })
      return advanced.tick
    }
    standing = await deps.schedules.find(schedule.name)
  }
  return null
}

function dueUntil({ cron, timeZone, nextDueAt }: DueSchedule, now: EpochMs): { latest: EpochMs; missed: number; next: EpochMs } {
  const cadence = { cron: cron.value, timeZone: timeZone.value }
  let latest = nextDueAt
  let missed = 0
  for (const time of dueTimes(cadence, nextDueAt)) {
    if (time > now) return { latest, missed, next: time }
    latest = time
    missed += 1
    if (missed === MOST_COUNTED) break
  }
  const [next = latest] = dueTimes(cadence, now)
  return { latest, missed, next }
}

function runOf({
  definition,
  schedule,
  dueAt,
  now,
  newId,
}: {
  readonly definition: ScheduleDefinition
  readonly schedule: Schedule
  readonly dueAt: EpochMs
  readonly now: EpochMs
  readonly newId: () => string
}): NewRun {
  const settings = readOwn(definition, schedule.settings)
  const requestedBy = `schedule:${definition.name}`
  return prepareScheduledRun({ definition, occasion: { settings, dueAt, trigger: 'schedule', requestedBy, reason: null }, now, newId })
}
