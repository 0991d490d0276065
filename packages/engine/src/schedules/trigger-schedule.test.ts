import { describe, expect, test } from 'vitest'
import { createCleaningWorld, HOUR_MS } from '../test-support/cleaning.ts'
import { STORY_START } from '../testing/virtual-clock.ts'
import { disableSchedule } from './edit-schedule.ts'
import { triggerSchedule } from './trigger-schedule.ts'

const order = { name: 'hourlyCleaning', requestedBy: 'anna', reason: 'The house is full of guests.' }

describe('an operator’s order', () => {
  test('starts a run now, with its audit row and its job', async () => {
    const { deps, enqueued, ledger, schedules, clock } = await createCleaningWorld()
    clock.moveTo(STORY_START + 60_000)
    const triggered = await triggerSchedule(order, deps)
    const [run] = ledger.runs()
    expect(triggered).toMatchObject({ kind: 'started', run: { uuid: run?.uuid, state: 'SWEEP', status: 'new', inserted: true } })
    expect(run).toMatchObject({
      requestedBy: 'anna',
      input: {
        rooms: 4,
        trigger: 'manual',
        by: 'anna',
        why: 'The house is full of guests.',
        dueAt: '2026-09-01T08:01:00.000Z',
        dryRun: false,
      },
    })
    expect(enqueued).toMatchObject([{ uuid: run?.uuid, version: 1 }])
    expect(schedules.audits).toMatchObject([
      {
        ...{ actor: 'anna', action: 'schedule.trigger', targetType: 'schedule', targetId: 'hourlyCleaning' },
        ...{ reason: 'The house is full of guests.', details: { run: run?.uuid, overrides: {} } },
      },
    ])
  })

  test('while a run is going starts nothing, and answers that run', async () => {
    const { deps, enqueued, fireDue, ledger, schedules, clock } = await createCleaningWorld()
    clock.moveTo(STORY_START + HOUR_MS)
    const [tick] = await fireDue()
    expect(await triggerSchedule(order, deps)).toMatchObject({ kind: 'running', run: { uuid: tick?.runUuid } })
    expect(ledger.runs()).toHaveLength(1)
    expect(enqueued).toHaveLength(1)
    expect(schedules.audits).toEqual([])
  })

  test('given by many at once starts one run', async () => {
    const { deps, ledger } = await createCleaningWorld()
    const triggered = await Promise.all(Array.from({ length: 10 }, () => triggerSchedule(order, deps)))
    expect(triggered.filter(({ kind }) => kind === 'started')).toHaveLength(1)
    expect(ledger.runs()).toHaveLength(1)
  })

  test('starts a run of a schedule that is disabled, too, and makes no tick', async () => {
    const { deps, schedule, ticks } = await createCleaningWorld()
    await disableSchedule({ ...order, actor: 'anna' }, deps)
    expect(await triggerSchedule(order, deps)).toMatchObject({ kind: 'started' })
    expect(await ticks()).toEqual([])
    expect(await schedule()).toMatchObject({ enabled: { value: false }, nextDueAt: null })
  })

  test('takes settings and input of its own, for this run only', async () => {
    const { deps, ledger, schedule, schedules } = await createCleaningWorld()
    await triggerSchedule({ ...order, overrides: { rooms: 11, dryRun: true } }, deps)
    expect(ledger.runs()).toMatchObject([{ input: { rooms: 11, dryRun: true } }])
    expect((await schedule()).settings.rooms).toEqual({ value: 4, source: 'default' })
    expect(schedules.audits).toMatchObject([{ details: { overrides: { rooms: 11, dryRun: true } } }])
  })

  test('with settings or input that it cannot have is refused, and starts nothing', async () => {
    const { deps, ledger } = await createCleaningWorld()
    const trigger = (overrides: Record<string, string | number>) => triggerSchedule({ ...order, overrides }, deps)
    await expect(trigger({ rooms: 70 })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[ScheduleSettingsError: A setting of the schedule is not what it may be. rooms: Too big: expected number to be <=20]`,
    )
    await expect(trigger({ dryRun: 'yes' })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[ScheduleSettingsError: A setting of the schedule is not what it may be. dryRun: Invalid input: expected boolean, received string]`,
    )
    await expect(trigger({ mop: 1 })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[ScheduleSettingsError: A setting of the schedule is not what it may be. mop: hourlyCleaning knows no such setting or input]`,
    )
    expect(ledger.runs()).toEqual([])
  })

  test('says nothing of its own of who gave it, when and why', async () => {
    const { deps, ledger, schedules } = await createCleaningWorld()
    const overrides = { by: 'bo', why: 'Because.', trigger: 'schedule', dueAt: '2020-01-01T00:00:00.000Z', house: 'another' }
    const triggering = triggerSchedule({ ...order, overrides }, deps)
    await expect(triggering).rejects.toMatchObject({ faults: Object.keys(overrides).map((setting) => ({ setting })) })
    expect(ledger.runs()).toEqual([])
    expect(schedules.audits).toEqual([])
  })

  test('about a schedule that there is not is refused', async () => {
    const { deps } = await createCleaningWorld()
    await expect(triggerSchedule({ ...order, name: 'weekly' }, deps)).rejects.toMatchObject({ errorCode: { code: 'SCHEDULE_NOT_FOUND' } })
  })
})
