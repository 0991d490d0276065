import { describeCron, type EpochMs, type Schedule, type ScheduleDefinition, settingsByName } from '@rollcall/engine'
import { z } from 'zod'
import { isoOf } from '../runs/run-view.ts'

const time = z.iso.datetime()

export const ScheduleView = z
  .object({
    name: z.string().meta({ examples: ['userStatusSync'] }),
    description: z.string(),
    process: z.string().meta({ examples: ['user-status-sync'] }),
    version: z.int().meta({ description: 'Also the ETag. Grows with every change.' }),
    updatedAt: time,
    updatedBy: z.string(),
    sentence: z.string().meta({ examples: ['Fires at :00 of every hour, every day (UTC).'] }),
    nextFireTimes: z.array(time).meta({ description: 'The next five; also those that would come if it were enabled.' }),
    enabled: z.boolean(),
    settings: z.array(
      z.object({
        name: z.string().meta({ examples: ['batchSize'] }),
        value: z.unknown(),
        source: z
          .enum(['default', 'environment', 'operator'])
          .meta({ description: 'What an operator sets stays; the rest follows the release.' }),
        about: z.string(),
        environment: z.string().nullable().meta({ description: 'The variable that gives it its first value.' }),
      }),
    ),
  })
  .meta({ id: 'JobConfig', description: 'The configuration that the next run begins with.' })
export type ScheduleView = z.infer<typeof ScheduleView>

const COMMON: Readonly<Record<string, string>> = {
  cron: 'When it runs: minute, hour, day of month, month, day of week.',
  timeZone: 'In whose time.',
  enabled: 'Whether the clock starts it.',
}

export function scheduleViewOf({
  schedule,
  definition,
  now,
}: {
  readonly schedule: Schedule
  readonly definition: ScheduleDefinition
  readonly now: EpochMs
}): ScheduleView {
  const { sentence, next } = describeCron({ cron: schedule.cron.value, timeZone: schedule.timeZone.value }, now)
  return {
    name: schedule.name,
    description: definition.about,
    process: definition.process.name,
    version: schedule.version,
    updatedAt: isoOf(schedule.updatedAt),
    updatedBy: schedule.updatedBy,
    sentence,
    nextFireTimes: next.map(isoOf),
    enabled: schedule.enabled.value,
    settings: Object.entries(settingsByName(schedule)).map(([name, { value, source }]) => ({
      ...{ name, value, source },
      about: COMMON[name] ?? aboutOf(definition, name),
      environment: definition.environment?.[name] ?? null,
    })),
  }
}

function aboutOf({ settings }: ScheduleDefinition, name: string): string {
  const field: unknown = settings.shape[name]
  return field instanceof z.ZodType ? (field.description ?? '') : ''
}

export function etagOf({ version }: Pick<Schedule, 'version'>): string {
  return `"${version}"`
}

/** The version that an If-Match names; null where it names none. */
export function versionIn(ifMatch: string | undefined): number | null {
  const found = /^(?:W\/)?"(\d{1,9})"$/.exec(ifMatch?.trim() ?? '')
  return found ? Number(found[1]) : null
}
