import { describe, expect, test } from 'vitest'
import { engineErrors, LedgerUnavailableError } from '../errors.ts'
import { cleaningAt, createCleaningWorld, HOUR_MS } from '../test-support/cleaning.ts'
import { STORY_START } from '../testing/virtual-clock.ts'
import { disableSchedule, editSchedule } from './edit-schedule.ts'
import { createFireDue } from './fire-due.ts'
import { SKIPS_TO_ALERT } from './schedules.ts'

const anna = { name: 'hourlyCleaning', actor: 'anna', reason: 'x' }
const hour = (count: number) => STORY_START + count * HOUR_MS

describe('a due time', () => {
  test('is served when it comes: one tick, one run with the settings of now, one job', async () => {
    const { clock, enqueued, fireDue, ledger, schedule, ticks } = await createCleaningWorld()
    clock.moveTo(hour(1) - 1)
    expect(await fireDue()).toEqual([])
    clock.moveTo(hour(1) + 30)
    const [tick] = await fireDue()
    const [run] = ledger.runs()
    expect(tick).toEqual({
      schedule: 'hourlyCleaning',
      dueAt: hour(1),
      firedAt: hour(1) + 30,
      outcome: 'started',
      runUuid: run?.uuid,
      missed: 0,
    })
    expect(await ticks()).toEqual([tick])
    expect(run).toMatchObject({
      process: 'cleaning',
      state: 'SWEEP',
      requestedBy: 'schedule:hourlyCleaning',
      priority: 1_001,
      input: {
        ...{ house: 'hourlyCleaning', rooms: 4, dueAt: '2026-09-01T09:00:00.000Z', trigger: 'schedule' },
        ...{ by: 'schedule:hourlyCleaning', why: null, dryRun: false },
      },
    })
    expect(enqueued).toEqual([{ process: 'cleaning', state: 'SWEEP', uuid: run?.uuid, version: 1, priority: 1_001, delayMs: 0 }])
    expect(await schedule()).toMatchObject({ nextDueAt: hour(2), version: 1 })
    expect(await fireDue()).toEqual([])
  })

  test('is served once, however many bells ring in however many processes', async () => {
    const { clock, deps, ledger, ticks } = await createCleaningWorld()
    clock.moveTo(hour(1))
    const processes = Array.from({ length: 5 }, () => createFireDue(deps))
    const served = await Promise.all([...processes, ...processes].map((fireDue) => fireDue()))
    expect(served.flat()).toHaveLength(1)
    expect(await ticks()).toHaveLength(1)
    expect(ledger.runs()).toHaveLength(1)
  })

  test('that nobody was there for is made up for with those after it, by one run, and they are counted', async () => {
    const { clock, fireDue, ledger, notices, schedule, ticks } = await createCleaningWorld()
    clock.moveTo(hour(7.5))
    expect(await fireDue()).toMatchObject([{ dueAt: hour(7), missed: 6, outcome: 'started' }])
    expect(ledger.runs()).toMatchObject([{ input: { dueAt: new Date(hour(7)).toISOString() } }])
    expect(await schedule()).toMatchObject({ nextDueAt: hour(8) })
    expect(await ticks()).toHaveLength(1)
    expect(notices).toMatchObject([{ kind: 'ticked', schedule: 'hourlyCleaning', missed: 6, skippedInRow: 0 }])
  })

  test('of years ago is made up for as well, though not every one is counted', async () => {
    const { clock, fireDue, schedule } = await createCleaningWorld({
      definitions: [cleaningAt({ name: 'hourlyCleaning', cron: '* * * * *' })],
    })
    clock.moveTo(STORY_START + 2 * 365 * 24 * HOUR_MS)
    expect(await fireDue()).toMatchObject([{ missed: 1_000, outcome: 'started' }])
    expect(await schedule()).toMatchObject({ nextDueAt: clock.now() + 60_000 })
    expect(await fireDue()).toEqual([])
  })

  test('of a schedule that is disabled does not come', async () => {
    const { clock, deps, fireDue, ledger } = await createCleaningWorld()
    await disableSchedule(anna, deps)
    clock.moveTo(hour(3))
    expect(await fireDue()).toEqual([])
    expect(ledger.runs()).toEqual([])
  })

  test('of a schedule that is disabled while it is served begins nothing', async () => {
    const { clock, deps, ledger, schedules, ticks } = await createCleaningWorld()
    clock.moveTo(hour(1))
    const slow = { ...schedules, list: async () => disabledAfter(await schedules.list()) }
    async function disabledAfter<T>(read: T): Promise<T> {
      await disableSchedule(anna, deps)
      return read
    }
    expect(await createFireDue({ ...deps, schedules: slow })()).toEqual([])
    expect(ledger.runs()).toEqual([])
    expect(await ticks()).toEqual([])
  })

  test('of a schedule that is edited while it is served is served with the new settings', async () => {
    const { clock, deps, ledger, schedules } = await createCleaningWorld()
    clock.moveTo(hour(1))
    const slow = {
      ...schedules,
      async list() {
        const read = await schedules.list()
        await editSchedule({ ...anna, expectedVersion: null, changes: { rooms: 12 } }, deps)
        return read
      },
    }
    expect(await createFireDue({ ...deps, schedules: slow })()).toMatchObject([{ dueAt: hour(1), outcome: 'started' }])
    expect(ledger.runs()).toMatchObject([{ input: { rooms: 12 } }])
  })
})

describe('a tick that finds its run still going', () => {
  test('is skipped with the uuid of that run; the third in a row is told as something to look at', async () => {
    const { clock, fireDue, ledger, notices, schedule, ticks, endRuns } = await createCleaningWorld()
    for (const count of [1, 2, 3, 4]) {
      clock.moveTo(hour(count))
      await fireDue()
    }
    const [run] = ledger.runs()
    expect(ledger.runs()).toHaveLength(1)
    expect((await ticks()).map(({ outcome, runUuid }) => [outcome, runUuid])).toEqual([
      ['skipped', run?.uuid],
      ['skipped', run?.uuid],
      ['skipped', run?.uuid],
      ['started', run?.uuid],
    ])
    expect(notices.map((notice) => notice.kind === 'ticked' && notice.skippedInRow)).toEqual([0, 1, 2, SKIPS_TO_ALERT])
    expect(await schedule()).toMatchObject({ skippedInRow: 3, nextDueAt: hour(5) })

    await endRuns()
    clock.moveTo(hour(5))
    expect(await fireDue()).toMatchObject([{ outcome: 'started' }])
    expect(await schedule()).toMatchObject({ skippedInRow: 0 })
  })

  test('puts no job into the queue', async () => {
    const { clock, enqueued, fireDue } = await createCleaningWorld()
    for (const count of [1, 2]) {
      clock.moveTo(hour(count))
      await fireDue()
    }
    expect(enqueued).toHaveLength(1)
  })
})

describe('what fails', () => {
  test('is told of, and keeps no other schedule waiting', async () => {
    const definitions = [cleaningAt({ name: 'a', cron: '0 * * * *' }), cleaningAt({ name: 'b', cron: '0 * * * *' })]
    const { clock, deps, fireDue, notices, schedule } = await createCleaningWorld({ definitions })
    const before = await schedule('a')
    await deps.schedules.edit({
      ...before,
      expectedVersion: 1,
      settings: { rooms: { value: 900, source: 'operator' } },
      at: STORY_START,
      audit: { id: 'x', at: STORY_START, actor: 'x', action: 'x', targetType: 'schedule', targetId: 'a', reason: 'x', details: {} },
    })
    clock.moveTo(hour(1))
    expect(await fireDue()).toMatchObject([{ schedule: 'b' }])
    expect(notices).toContainEqual(
      expect.objectContaining({ kind: 'unexpected', message: expect.stringContaining('Schedule a could not be served') }),
    )
    expect(await schedule('a')).toMatchObject({ nextDueAt: hour(1) })
  })

  test('with the ledger is left to the next look', async () => {
    const { clock, deps, fireDue, schedules } = await createCleaningWorld()
    clock.moveTo(hour(1))
    const away = { ...schedules, advance: async () => Promise.reject(new LedgerUnavailableError(engineErrors.LEDGER_UNAVAILABLE)) }
    await expect(createFireDue({ ...deps, schedules: away })()).rejects.toThrow(LedgerUnavailableError)
    expect(await fireDue()).toHaveLength(1)
  })

  test('with the queue leaves a run that reconcile finds, and a tick that counts', async () => {
    const { clock, deps, ledger, notices } = await createCleaningWorld()
    clock.moveTo(hour(1))
    const dispatcher = { enqueue: async () => Promise.reject(new Error('ECONNREFUSED')) }
    expect(await createFireDue({ ...deps, dispatcher })()).toMatchObject([{ outcome: 'started' }])
    expect(ledger.runs()).toMatchObject([{ dueAt: hour(1), version: 1 }])
    expect(notices).toContainEqual({ kind: 'queueUnreachable', jobs: 1, message: 'ECONNREFUSED' })
  })
})

test('a schedule of another release is left to those who know it', async () => {
  const { clock, deps, ledger } = await createCleaningWorld()
  clock.moveTo(hour(1))
  expect(await createFireDue({ ...deps, definitions: [] })()).toEqual([])
  expect(ledger.runs()).toEqual([])
})
