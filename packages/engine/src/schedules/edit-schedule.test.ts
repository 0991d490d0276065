import { describe, expect, test } from 'vitest'
import { createCleaningWorld, HOUR_MS } from '../test-support/cleaning.ts'
import { STORY_START } from '../testing/virtual-clock.ts'
import { disableSchedule, editSchedule, enableSchedule, type ScheduleEdit } from './edit-schedule.ts'
import { ScheduleSettingsError } from './setting-faults.ts'

const anna = { name: 'hourlyCleaning', actor: 'anna', reason: 'The house is full of guests.' }

function edit(changes: ScheduleEdit['changes'], expectedVersion: number | null = 1): ScheduleEdit {
  return { ...anna, expectedVersion, changes }
}

describe('editing a schedule', () => {
  test('changes what is named, says that an operator did, and leaves an audit row with both values', async () => {
    const { deps, schedule, schedules, clock } = await createCleaningWorld()
    clock.moveTo(STORY_START + 60_000)
    const edited = await editSchedule(edit({ cron: '*/20 * * * *', rooms: 9 }), deps)
    expect(edited).toEqual(await schedule())
    expect(edited).toMatchObject({
      version: 2,
      cron: { value: '*/20 * * * *', source: 'operator' },
      timeZone: { source: 'default' },
      settings: { rooms: { value: 9, source: 'operator' }, broom: { source: 'default' } },
      nextDueAt: STORY_START + HOUR_MS / 3,
      updatedBy: 'anna',
    })
    expect(schedules.audits).toMatchObject([
      {
        actor: 'anna',
        action: 'schedule.edit',
        targetType: 'schedule',
        targetId: 'hourlyCleaning',
        reason: 'The house is full of guests.',
        details: { before: { cron: '0 * * * *', rooms: 4 }, after: { cron: '*/20 * * * *', rooms: 9 } },
      },
    ])
  })

  test('of a setting only does not move the due time', async () => {
    const { deps, clock } = await createCleaningWorld()
    clock.moveTo(STORY_START + 3 * HOUR_MS)
    expect(await editSchedule(edit({ rooms: 9 }), deps)).toMatchObject({ nextDueAt: STORY_START + HOUR_MS })
  })

  test('of a setting only does not bring back a due time that is served meanwhile', async () => {
    const { deps, clock, fireDue, schedule, endRuns } = await createCleaningWorld()
    clock.moveTo(STORY_START + 3 * HOUR_MS)
    const slow = {
      ...deps.schedules,
      async find(name: string) {
        const read = await deps.schedules.find(name)
        await fireDue()
        return read
      },
    }
    await editSchedule(edit({ rooms: 9 }), { ...deps, schedules: slow })
    expect(await schedule()).toMatchObject({ version: 2, nextDueAt: STORY_START + 4 * HOUR_MS })
    await endRuns()
    clock.moveTo(STORY_START + 4 * HOUR_MS)
    expect(await fireDue()).toMatchObject([{ dueAt: STORY_START + 4 * HOUR_MS, missed: 0 }])
  })

  test('by somebody who saw another version is refused', async () => {
    const { deps, schedules } = await createCleaningWorld()
    await editSchedule(edit({ rooms: 9 }), deps)
    await expect(editSchedule(edit({ rooms: 10 }), deps)).rejects.toMatchObject({
      errorCode: { code: 'SCHEDULE_CHANGED', httpStatus: 409 },
    })
    expect(schedules.audits).toHaveLength(1)
  })

  test('of two who saw the same version, one is refused', async () => {
    const { deps } = await createCleaningWorld()
    const settled = await Promise.allSettled([editSchedule(edit({ rooms: 9 }), deps), editSchedule(edit({ rooms: 10 }), deps)])
    expect(settled.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  test('to what stands already changes nothing', async () => {
    const { deps, schedules } = await createCleaningWorld()
    await editSchedule(edit({ rooms: 9 }), deps)
    expect(await editSchedule(edit({ rooms: 9 }, 2), deps)).toMatchObject({ version: 2 })
    expect(schedules.audits).toHaveLength(1)
  })

  test('to a value that is a default already makes it the operator’s, which no release takes away', async () => {
    const { deps } = await createCleaningWorld()
    expect(await editSchedule(edit({ rooms: 4 }), deps)).toMatchObject({
      version: 2,
      settings: { rooms: { value: 4, source: 'operator' } },
    })
  })

  test('to what it cannot be is refused, with every setting that is wrong', async () => {
    const { deps, schedule } = await createCleaningWorld()
    const changes = { cron: '61 * * * *', timeZone: 'Europe/Sofija', enabled: 'no', rooms: 0, broom: 5, mop: true }
    const refused = editSchedule(edit(changes), deps).catch((error: unknown) => error)
    const error = await refused
    expect(error).toBeInstanceOf(ScheduleSettingsError)
    expect(error).toMatchObject({ errorCode: { code: 'SCHEDULE_SETTINGS_INVALID', httpStatus: 400 } })
    expect((error as ScheduleSettingsError).faults).toMatchInlineSnapshot(`
      [
        {
          "message": "minute: 61 is not 0-59",
          "setting": "cron",
        },
        {
          "message": ""Europe/Sofija" is no time zone; expected a name of the IANA database, such as UTC or Europe/Sofia",
          "setting": "timeZone",
        },
        {
          "message": "expected true or false",
          "setting": "enabled",
        },
        {
          "message": "Too small: expected number to be >=1",
          "setting": "rooms",
        },
        {
          "message": "Invalid option: expected one of "soft"|"hard"",
          "setting": "broom",
        },
        {
          "message": "hourlyCleaning has no such setting; it has cron, timeZone, enabled, rooms, broom",
          "setting": "mop",
        },
      ]
    `)
    expect(await schedule()).toMatchObject({ version: 1 })
  })

  test('that nobody declared is refused with those that there are', async () => {
    const { deps } = await createCleaningWorld()
    await expect(editSchedule({ ...edit({ rooms: 9 }), name: 'weekly' }, deps)).rejects.toMatchObject({
      errorCode: { code: 'SCHEDULE_NOT_FOUND', httpStatus: 404 },
      message: 'There is no schedule of this name. There are: hourlyCleaning.',
    })
  })
})

describe('disabling and enabling', () => {
  test('takes the due time away and gives a new one, never one that has passed', async () => {
    const { deps, clock, schedules } = await createCleaningWorld()
    expect(await disableSchedule(anna, deps)).toMatchObject({ enabled: { value: false, source: 'operator' }, nextDueAt: null })
    clock.moveTo(STORY_START + 5 * HOUR_MS + 1)
    expect(await enableSchedule(anna, deps)).toMatchObject({ enabled: { value: true }, nextDueAt: STORY_START + 6 * HOUR_MS })
    expect(schedules.audits.map(({ action }) => action)).toEqual(['schedule.disable', 'schedule.enable'])
  })

  test('goes through although somebody else edits at the same time', async () => {
    const { deps, schedule } = await createCleaningWorld()
    await Promise.all([
      disableSchedule(anna, deps),
      editSchedule(edit({ rooms: 9 }, null), deps),
      editSchedule(edit({ broom: 'hard' }, null), deps),
    ])
    expect(await schedule()).toMatchObject({ version: 4, enabled: { value: false }, settings: { broom: { value: 'hard' } } })
  })
})
