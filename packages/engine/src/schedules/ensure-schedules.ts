// Brings the rows of the schedules up to what the release and its environment say. What an operator set is left as it is.
import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '../clock.ts'
import type { AuditEntry } from '../ledger.ts'
import type { ScheduleDefinition } from './define-schedule.ts'
import { environmentValues } from './environment-values.ts'
import { changesOf, dueAfterChange, nextDueOf } from './schedule-change.ts'
import type { ScheduleSettings, Schedules } from './schedules.ts'
import { firstSettings, mergeSettings } from './settings.ts'
import { settingsByName } from './settings-by-name.ts'

const MAX_RACES = 5

export interface EnsureDeps {
  readonly schedules: Pick<Schedules, 'find' | 'add' | 'edit'>
  readonly clock: Clock
  readonly newId: () => string
}

/**
 * @param by the process that starts
 * @throws ScheduleSettingsError naming the environment variable that is wrong
 */
export async function ensureSchedules(
  {
    definitions,
    environment,
    by,
  }: {
    readonly definitions: readonly ScheduleDefinition[]
    readonly environment: Readonly<Record<string, string | undefined>>
    readonly by: string
  },
  deps: EnsureDeps,
): Promise<void> {
  assertDistinct(definitions)
  for (const definition of definitions) {
    const first = firstSettings(definition, environmentValues(definition, environment))
    await ensureOne({ definition, first, by }, deps)
  }
}

function assertDistinct(definitions: readonly ScheduleDefinition[]): void {
  const names = definitions.map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new Error(`Two schedules are called ${twice}.`)
}

async function ensureOne(
  { definition, first, by }: { readonly definition: ScheduleDefinition; readonly first: ScheduleSettings; readonly by: string },
  { schedules, clock, newId }: EnsureDeps,
): Promise<void> {
  const { name } = definition
  for (let race = 1; race <= MAX_RACES; race++) {
    const now = clock.now()
    const standing = await schedules.find(name)
    if (!standing) {
      if (await schedules.add({ ...first, name, nextDueAt: nextDueOf(first, now), createdAt: now, createdBy: by })) return
      continue
    }
    const settings = mergeSettings({ definition, first, stored: standing })
    if (isDeepStrictEqual(settingsByName(settings), settingsByName(standing))) return
    const due = dueAfterChange({ before: standing, after: settings, now })
    const audit: AuditEntry = {
      id: newId(),
      at: now,
      actor: by,
      action: 'schedule.configure',
      targetType: 'schedule',
      targetId: name,
      reason: 'The release or its environment says so.',
      details: changesOf(standing, settings),
    }
    if (await schedules.edit({ ...settings, name, expectedVersion: standing.version, ...due, at: now, audit })) return
  }
  throw new Error(`Schedule ${name} was changed ${MAX_RACES} times while this process tried to bring it up to date.`)
}
