import { COMMON_SETTINGS, environmentValues, type ScheduleDefinition, ScheduleSettingsError } from '@rollcall/engine'
import { z } from 'zod'

/**
 * The environment variables that the schedules name: spread it into the schema of the app that runs `startSchedules`, and hand that the
 * environment. Which they are is known only when it runs, so they add nothing to the schema's type.
 */
export function schedulesEnv(definitions: readonly ScheduleDefinition[]): Readonly<Record<never, z.ZodType>> {
  const named = definitions.flatMap((definition) =>
    Object.entries(definition.environment ?? {}).flatMap(([setting, variable]) =>
      variable === undefined ? [] : [{ definition, setting, variable }],
    ),
  )
  const byVariable = Map.groupBy(named, ({ variable }) => variable)
  return Object.fromEntries([...byVariable].map(([variable, uses]) => [variable, settingOf(variable, uses)]))
}

interface Use {
  readonly definition: ScheduleDefinition
  readonly setting: string
}

function settingOf(variable: string, uses: readonly Use[]): z.ZodOptional<z.ZodString> {
  const what = uses.map(({ definition, setting }) => `${setting} of the schedule ${definition.name} (${defaultOf(definition, setting)})`)
  return z
    .string()
    .check(({ value, issues }) => {
      for (const message of new Set(uses.flatMap(({ definition }) => faultsOf({ definition, variable, value }))))
        issues.push({ code: 'custom', message, input: value })
    })
    .optional()
    .describe(`The first value of ${what.join(' and ')}, until an operator sets it.`)
}

function faultsOf({ definition, variable, value }: { definition: ScheduleDefinition; variable: string; value: string }): string[] {
  try {
    environmentValues(definition, { [variable]: value })
    return []
  } catch (error) {
    if (!(error instanceof ScheduleSettingsError)) throw error
    return error.faults.map(({ message }) => message)
  }
}

function defaultOf({ defaults }: ScheduleDefinition, setting: string): string {
  const { settings, ...common } = defaults
  const values: Readonly<Record<string, unknown>> = { ...settings, ...common }
  const isCommon = COMMON_SETTINGS.some((name) => name === setting)
  return `otherwise ${isCommon ? String(values[setting]) : JSON.stringify(values[setting])}`
}
