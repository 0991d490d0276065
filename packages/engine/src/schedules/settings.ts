// What a schedule's settings are worth: checked one by one, and as a whole. Pure.
import { z } from 'zod'
import type { Json, JsonObject } from '../json.ts'
import { cronFault } from './cron-fault.ts'
import type { CommonSetting, ScheduleDefinition } from './define-schedule.ts'
import type { ScheduleSettings, Setting, SettingSource } from './schedules.ts'
import { ScheduleSettingsError, type SettingFault } from './setting-faults.ts'
import { settingsByName, settingsOfNames } from './settings-by-name.ts'
import { timeZoneFault } from './time-zone-fault.ts'

/** Values by setting, the common ones and the schedule's own side by side. */
export type SettingValues = Readonly<Record<string, Json | undefined>>

type Checked = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly message: string }

const COMMON_CHECKS: Readonly<Record<CommonSetting, (value: unknown) => Checked>> = {
  cron: (value) => ofText(value, cronFault),
  timeZone: (value) => ofText(value, timeZoneFault),
  enabled: (value) => (typeof value === 'boolean' ? { ok: true, value } : { ok: false, message: 'expected true or false' }),
}

function ofText(value: unknown, faultOf: (text: string) => string | null): Checked {
  if (typeof value !== 'string') return { ok: false, message: 'expected a text' }
  const message = faultOf(value)
  return message === null ? { ok: true, value } : { ok: false, message }
}

/** Every setting that the schedule has. */
export function settingsOf({ settings }: ScheduleDefinition): string[] {
  return [...Object.keys(COMMON_CHECKS), ...Object.keys(settings.shape)]
}

export function checkSetting(definition: ScheduleDefinition, setting: string, value: unknown): Checked {
  if (isCommon(setting)) return COMMON_CHECKS[setting](value)
  const field: unknown = definition.settings.shape[setting]
  if (!Object.hasOwn(definition.settings.shape, setting) || !(field instanceof z.ZodType))
    return { ok: false, message: `${definition.name} has no such setting; it has ${settingsOf(definition).join(', ')}` }
  const parsed = field.safeParse(value)
  if (!parsed.success) return { ok: false, message: parsed.error.issues.map(({ message }) => message).join('; ') }
  return { ok: true, value: asJson(parsed.data) }
}

function isCommon(setting: string): setting is CommonSetting {
  return Object.hasOwn(COMMON_CHECKS, setting)
}

/** A schedule's settings are declared as JSON. */
function asJson(value: unknown): Json {
  return value as Json
}

/** The default of each setting; a value of the environment goes before it. */
export function firstSettings(definition: ScheduleDefinition, environment: SettingValues): ScheduleSettings {
  const { settings: own, ...common } = definition.defaults
  const defaults: SettingValues = { ...common, ...parseOwn(definition, own) }
  const pairs = Object.entries(defaults).map(([name, value]): [string, Setting] => {
    const given = environment[name]
    return [name, given === undefined ? sourced(value ?? null, 'default') : sourced(given, 'environment')]
  })
  return settingsOfNames(Object.fromEntries(pairs))
}

function sourced(value: Json, source: SettingSource): Setting {
  return { value, source }
}

/**
 * What an operator set stays as long as the release still takes it; all else is as the release and its environment say. Settings that this
 * release does not know stay as they are: another one, which runs beside it, may need them.
 */
export function mergeSettings({
  definition,
  first,
  stored,
}: {
  readonly definition: ScheduleDefinition
  readonly first: ScheduleSettings
  readonly stored: ScheduleSettings
}): ScheduleSettings {
  const before = settingsByName(stored)
  const merged = Object.entries(settingsByName(first)).map(([name, setting]): [string, Setting] => {
    const kept = before[name]
    const stays = kept?.source === 'operator' && checkSetting(definition, name, kept.value).ok
    return [name, stays ? kept : setting]
  })
  const settings = settingsOfNames({ ...before, ...Object.fromEntries(merged) })
  // Each alone may be taken, and all together not.
  return isWhole(definition, settings) ? settings : { ...settings, settings: { ...stored.settings, ...first.settings } }
}

function isWhole(definition: ScheduleDefinition, { settings }: ScheduleSettings): boolean {
  return definition.settings.safeParse(ownValues(definition, settings)).success
}

/**
 * The settings with an operator's changes in them.
 * @throws ScheduleSettingsError naming every setting that is wrong
 */
export function changeSettings({
  definition,
  settings,
  changes,
}: {
  readonly definition: ScheduleDefinition
  readonly settings: ScheduleSettings
  readonly changes: SettingValues
}): ScheduleSettings {
  const flat: Record<string, Setting> = { ...settingsByName(settings) }
  const faults: SettingFault[] = []
  for (const [setting, value] of Object.entries(changes)) {
    if (value === undefined) continue
    const checked = checkSetting(definition, setting, value)
    if (checked.ok) flat[setting] = sourced(checked.value, 'operator')
    else faults.push({ setting, message: checked.message })
  }
  if (faults.length > 0) throw new ScheduleSettingsError(faults)
  const changed = settingsOfNames(flat)
  readOwn(definition, changed.settings)
  return changed
}

/**
 * The schedule's own settings as its `inputOf` takes them, whichever release has stored them.
 * @throws ScheduleSettingsError
 */
export function readOwn(definition: ScheduleDefinition, stored: ScheduleSettings['settings']): JsonObject {
  return parseOwn(definition, ownValues(definition, stored))
}

/** Of what is stored, what this release knows; its defaults stand for what an earlier one did not know yet. */
function ownValues(definition: ScheduleDefinition, stored: ScheduleSettings['settings']): JsonObject {
  const known = Object.entries(valuesOf(stored)).filter(([name]) => Object.hasOwn(definition.settings.shape, name))
  return { ...definition.defaults.settings, ...Object.fromEntries(known) }
}

/** @throws ScheduleSettingsError */
function parseOwn(definition: ScheduleDefinition, values: JsonObject): JsonObject {
  const parsed = definition.settings.safeParse(values)
  if (parsed.success) return asJsonObject(parsed.data)
  throw new ScheduleSettingsError(
    parsed.error.issues.map(({ message, path }) => ({ setting: path.length === 0 ? 'settings' : path.join('.'), message })),
  )
}

/** A schedule's settings are declared as JSON. */
function asJsonObject(values: object): JsonObject {
  return values as JsonObject
}

export function valuesOf(settings: Readonly<Record<string, Setting>>): JsonObject {
  return Object.fromEntries(Object.entries(settings).map(([name, { value }]) => [name, value]))
}
