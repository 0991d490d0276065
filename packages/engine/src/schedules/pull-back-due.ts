// Heals what a clock that was ahead has left behind: a due time further away than the schedule's next one, until which nobody would serve it.
import type { Notify } from '../notice.ts'
import type { EpochMs } from '../run.ts'
import type { ScheduleDefinition } from './define-schedule.ts'
import { nextDueOf } from './schedule-change.ts'
import type { Schedule, Schedules } from './schedules.ts'
import { ScheduleSettingsError } from './setting-faults.ts'

export interface PullBackDeps {
  readonly schedules: Pick<Schedules, 'list' | 'edit'>
  readonly definitions: readonly ScheduleDefinition[]
  /** By SQL's clock: by their own, processes that disagree would move a due time to and fro. */
  readonly sqlNow: () => Promise<EpochMs>
  readonly newId: () => string
  readonly notify: Notify
}

/**
 * Sees to it that no schedule's due time lies beyond its next one after now; each that does is brought back, with an audit row.
 * @param by the process that looks
 * @returns the names of those that it brought back
 */
export async function pullBackDue({ by }: { readonly by: string }, deps: PullBackDeps): Promise<string[]> {
  const known = new Set(deps.definitions.map(({ name }) => name))
  const standing = (await deps.schedules.list()).filter(({ name }) => known.has(name))
  // Asked after the rows were read, so that a tick of this very moment is not taken for one that came too early.
  const now = await deps.sqlNow()
  const pulled: string[] = []
  for (const schedule of standing) {
    const isPulled = await pullBack({ schedule, now, by }, deps).catch((error: unknown) => tellUnread({ schedule, error, deps }))
    if (isPulled) pulled.push(schedule.name)
  }
  return pulled
}

/** Another release may have stored times that this one cannot read; that keeps no other schedule waiting. */
function tellUnread({
  schedule,
  error,
  deps,
}: {
  readonly schedule: Schedule
  readonly error: unknown
  readonly deps: PullBackDeps
}): false {
  if (!(error instanceof ScheduleSettingsError)) throw error
  deps.notify({ kind: 'unexpected', run: null, message: `Schedule ${schedule.name} could not be looked at: ${error.message}` })
  return false
}

async function pullBack(
  { schedule, now, by }: { readonly schedule: Schedule; readonly now: EpochMs; readonly by: string },
  { schedules, newId, notify }: PullBackDeps,
): Promise<boolean> {
  const { name, version, cron, timeZone, enabled, settings, nextDueAt: stood } = schedule
  if (stood === null || stood <= now) return false
  const nextDueAt = nextDueOf(schedule, now)
  if (nextDueAt === null || stood <= nextDueAt) return false
  const audit = {
    ...{ id: newId(), at: now, actor: by, action: 'schedule.configure', targetType: 'schedule', targetId: name },
    reason: 'A clock that was ahead had moved the next due time too far away.',
    details: { before: { nextDueAt: new Date(stood).toISOString() }, after: { nextDueAt: new Date(nextDueAt).toISOString() } },
  }
  const edited = await schedules.edit({ name, cron, timeZone, enabled, settings, expectedVersion: version, nextDueAt, at: now, audit })
  if (!edited) return false
  const message = `Schedule ${name} was next due at ${new Date(stood).toISOString()}, beyond its next time: a clock was ahead. Brought back.`
  notify({ kind: 'unexpected', run: null, message })
  return true
}
