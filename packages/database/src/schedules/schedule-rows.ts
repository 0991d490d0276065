import { type Schedule, type ScheduleTick, type Setting, settingsOfNames } from '@rollcall/engine'
import type { Schedule as ScheduleRow, ScheduleTick as TickRow } from '../../generated/sqlserver/client.ts'
import { msOrNull } from '../time.ts'

export function scheduleOfRow({
  settings,
  name,
  version,
  nextDueAt,
  skippedInRow,
  createdAt,
  updatedAt,
  updatedBy,
}: ScheduleRow): Schedule {
  return {
    ...settingsOfNames(parseSettings(settings)),
    name,
    version,
    nextDueAt: msOrNull(nextDueAt),
    skippedInRow,
    createdAt: createdAt.getTime(),
    updatedAt: updatedAt.getTime(),
    updatedBy,
  }
}

/** Only `createSchedules` writes the column, from what `settingsByName` makes. */
function parseSettings(text: string): Readonly<Record<string, Setting>> {
  return JSON.parse(text) as Readonly<Record<string, Setting>>
}

export function tickOfRow({ schedule, dueAt, firedAt, outcome, runUuid, missed }: TickRow): ScheduleTick {
  return { schedule, dueAt: dueAt.getTime(), firedAt: firedAt.getTime(), outcome: outcomeOf(outcome), runUuid, missed }
}

/** Only `createSchedules` writes the column, from the words of the same type. */
function outcomeOf(word: string): ScheduleTick['outcome'] {
  return word as ScheduleTick['outcome']
}
