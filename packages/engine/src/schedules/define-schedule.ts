// A schedule: the clock, or an operator, starts runs of one process. What stands here is what the release declares; when it fires and with
// which settings stands in SQL, where an operator changes it.
import type { z } from 'zod'
import type { JsonObject } from '../json.ts'
import type { Lane } from '../priority.ts'
import type { ProcessDefinition } from '../process-table.ts'
import type { EpochMs } from '../run.ts'
import { assertSoundSchedule } from './assert-sound-schedule.ts'

export type Trigger = 'schedule' | 'manual'

/** What starts a run: a tick, or an operator's order. */
export interface Occasion<Settings> {
  /** As they stand now; of an order with its overrides. */
  readonly settings: Settings
  /** The tick's time, or that of the order. */
  readonly dueAt: EpochMs
  readonly trigger: Trigger
  /** `schedule:<name>`, or who gave the order. */
  readonly requestedBy: string
  /** Null where the clock starts it. */
  readonly reason: string | null
}

/** The settings that every schedule has; no setting of its own may be called so. */
export const COMMON_SETTINGS = ['cron', 'timeZone', 'enabled'] as const
export type CommonSetting = (typeof COMMON_SETTINGS)[number]

export interface ScheduleTable<Process extends ProcessDefinition, Settings extends z.ZodObject> {
  /** As people and the API call it: letters, digits and hyphens, 60 at most. */
  readonly name: string
  readonly process: Process
  /** A sentence: what its runs do. */
  readonly about: string
  /** What an operator may set besides the times. Values are JSON. Each field is checked alone, then all together. */
  readonly settings: Settings
  readonly defaults: {
    /** Five fields: minute, hour, day of month, month, day of week. */
    readonly cron: string
    /** Of the IANA database, such as Europe/Sofia. */
    readonly timeZone: string
    readonly enabled: boolean
    readonly settings: z.input<Settings>
  }
  /** The environment variables that give a setting its first value instead of the default, until an operator sets it. */
  readonly environment?: { readonly [Name in CommonSetting | (keyof z.infer<Settings> & string)]?: string }
  /** Among what waits for the same workers. @defaultValue normal */
  readonly lane?: Lane
  /** The fields of the input that an order may give besides the settings, such as `dryRun`. Who gave it, when and why is none of them. @defaultValue none */
  readonly overridable?: readonly (keyof z.input<Process['input']> & string)[]
  /** What the run begins with; the process's schema checks it. */
  readonly inputOf: (occasion: Occasion<z.infer<Settings>>) => z.input<Process['input']>
}

/** A schedule whose types were forgotten, as the engine's machinery sees it. */
export interface ScheduleDefinition {
  readonly name: string
  readonly process: ProcessDefinition
  readonly about: string
  readonly settings: z.ZodObject
  readonly defaults: {
    readonly cron: string
    readonly timeZone: string
    readonly enabled: boolean
    readonly settings: JsonObject
  }
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined
  readonly lane?: Lane | undefined
  readonly overridable?: readonly string[] | undefined
  readonly inputOf: (occasion: Occasion<never>) => unknown
}

/**
 * Declares a schedule.
 * @throws Error, when the module loads, where the name, the cron expression, the time zone, a default or a name in `environment` is wrong
 */
export function defineSchedule<const Process extends ProcessDefinition, Settings extends z.ZodObject>(
  table: ScheduleTable<Process, Settings>,
): ScheduleDefinition {
  const definition = forgetTypes(table)
  assertSoundSchedule(definition)
  return definition
}

/** The values of a schedule's settings are JSON, and `inputOf` is only ever handed what the schedule's own schema made. */
function forgetTypes<Process extends ProcessDefinition, Settings extends z.ZodObject>(
  table: ScheduleTable<Process, Settings>,
): ScheduleDefinition {
  return table as unknown as ScheduleDefinition
}
