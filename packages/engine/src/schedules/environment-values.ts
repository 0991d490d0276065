import type { Json } from '../json.ts'
import type { ScheduleDefinition } from './define-schedule.ts'
import { ScheduleSettingsError, type SettingFault } from './setting-faults.ts'
import { checkSetting, type SettingValues } from './settings.ts'

/**
 * The values that environment variables give a schedule's settings.
 * @throws ScheduleSettingsError whose faults name the variables
 */
export function environmentValues(
  definition: ScheduleDefinition,
  environment: Readonly<Record<string, string | undefined>>,
): SettingValues {
  const faults: SettingFault[] = []
  const values: [string, Json][] = []
  for (const [setting, variable] of Object.entries(definition.environment ?? {})) {
    const text = variable === undefined ? undefined : environment[variable]
    if (variable === undefined || text === undefined) continue
    const read = readSetting({ definition, setting, text })
    if (read.ok) values.push([setting, read.value])
    else faults.push({ setting: variable, message: read.message })
  }
  if (faults.length > 0) throw new ScheduleSettingsError(faults)
  return Object.fromEntries(values)
}

/** A setting from a text: `50` is a number and `true` a truth where the setting takes one, and else a text. */
export function readSetting({
  definition,
  setting,
  text,
}: {
  readonly definition: ScheduleDefinition
  readonly setting: string
  readonly text: string
}): ReturnType<typeof checkSetting> {
  const asJson = checkSetting(definition, setting, parsedOr(text))
  if (asJson.ok) return asJson
  const asText = checkSetting(definition, setting, text)
  return asText.ok ? asText : asJson
}

function parsedOr(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
