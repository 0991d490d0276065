import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { cleaningAt, createCleaningWorld, HOUR_MS, hourlyCleaning } from '../test-support/cleaning.ts'
import { STORY_START } from '../testing/virtual-clock.ts'
import type { ScheduleDefinition } from './define-schedule.ts'
import { editSchedule } from './edit-schedule.ts'
import { ensureSchedules } from './ensure-schedules.ts'
import { createFireDue } from './fire-due.ts'
import { triggerSchedule } from './trigger-schedule.ts'

type World = Awaited<ReturnType<typeof createCleaningWorld>>

function restart(
  world: World,
  { definition = hourlyCleaning, environment = {} }: { definition?: ScheduleDefinition; environment?: object } = {},
) {
  return ensureSchedules({ definitions: [definition], environment: { ...environment }, by: 'worker-sync-2' }, world.deps)
}

/** The same schedule as a later release declares it: strict, and with a setting more. */
const withWindows: ScheduleDefinition = {
  ...hourlyCleaning,
  settings: z.strictObject({ ...hourlyCleaning.settings.shape, windows: z.int() }),
  defaults: { ...hourlyCleaning.defaults, settings: { ...hourlyCleaning.defaults.settings, windows: 3 } },
}
const strict: ScheduleDefinition = { ...hourlyCleaning, settings: z.strictObject(hourlyCleaning.settings.shape) }

describe('a release that starts', () => {
  test('gives a new schedule its defaults, and the environment’s values before them', async () => {
    const environment = { CRON_CLEANING_SCHEDULE: '30 * * * *', CRON_CLEANING_ROOMS: '7' }
    const world = await createCleaningWorld({ environment })
    expect(await world.schedule()).toEqual({
      name: 'hourlyCleaning',
      version: 1,
      cron: { value: '30 * * * *', source: 'environment' },
      timeZone: { value: 'UTC', source: 'default' },
      enabled: { value: true, source: 'default' },
      settings: { rooms: { value: 7, source: 'environment' }, broom: { value: 'soft', source: 'default' } },
      nextDueAt: STORY_START + HOUR_MS / 2,
      skippedInRow: 0,
      createdAt: STORY_START,
      updatedAt: STORY_START,
      updatedBy: 'worker-sync',
    })
  })

  test('leaves a schedule that is off without a due time', async () => {
    const world = await createCleaningWorld({ environment: { CRON_CLEANING_ENABLED: 'false' } })
    expect(await world.schedule()).toMatchObject({ enabled: { value: false, source: 'environment' }, nextDueAt: null })
  })

  test('and finds everything as it wants it changes nothing, not even a due time that nobody has served', async () => {
    const world = await createCleaningWorld()
    const before = await world.schedule()
    world.clock.moveTo(STORY_START + 5 * HOUR_MS)
    await restart(world)
    expect(await world.schedule()).toEqual(before)
    expect(world.schedules.audits).toEqual([])
  })

  test('carries its own changes over, with an audit row, and leaves what an operator set', async () => {
    const world = await createCleaningWorld()
    await editSchedule(
      { name: 'hourlyCleaning', expectedVersion: 1, changes: { rooms: 9, enabled: false }, actor: 'anna', reason: 'Holidays.' },
      world.deps,
    )
    const definition = cleaningAt({ name: 'hourlyCleaning', cron: '15 * * * *' })
    await restart(world, { definition, environment: { CRON_CLEANING_ROOMS: '7', CRON_CLEANING_ENABLED: 'true', CRON_BROOM: 'hard' } })
    expect(await world.schedule()).toMatchObject({
      version: 3,
      cron: { value: '15 * * * *', source: 'default' },
      enabled: { value: false, source: 'operator' },
      settings: { rooms: { value: 9, source: 'operator' }, broom: { value: 'hard', source: 'environment' } },
      nextDueAt: null,
      updatedBy: 'worker-sync-2',
    })
    expect(world.schedules.audits.at(-1)).toMatchObject({
      actor: 'worker-sync-2',
      action: 'schedule.configure',
      details: { before: { cron: '0 * * * *', broom: 'soft' }, after: { cron: '15 * * * *', broom: 'hard' } },
    })
  })

  test('takes back an environment’s value that is gone', async () => {
    const world = await createCleaningWorld({ environment: { CRON_CLEANING_ROOMS: '7' } })
    await restart(world)
    expect((await world.schedule()).settings.rooms).toEqual({ value: 4, source: 'default' })
  })

  test('replaces an operator’s value that it does not take any more, and keeps a setting that it does not know', async () => {
    const world = await createCleaningWorld()
    const before = await world.schedule()
    await world.schedules.edit({
      ...before,
      expectedVersion: 1,
      settings: {
        rooms: { value: 900, source: 'operator' },
        mop: { value: true, source: 'operator' },
        broom: { value: 'hard', source: 'operator' },
      },
      at: STORY_START,
      audit: { id: 'a', at: STORY_START, actor: 'earlier', action: 'x', targetType: 'schedule', targetId: 'x', reason: 'x', details: {} },
    })
    await restart(world)
    expect((await world.schedule()).settings).toEqual({
      rooms: { value: 4, source: 'default' },
      mop: { value: true, source: 'operator' },
      broom: { value: 'hard', source: 'operator' },
    })
  })

  test('moves the due time only where the times have changed', async () => {
    const world = await createCleaningWorld()
    world.clock.moveTo(STORY_START + 5 * HOUR_MS)
    await restart(world, { environment: { CRON_BROOM: 'hard' } })
    expect((await world.schedule()).nextDueAt).toBe(STORY_START + HOUR_MS)
    await restart(world, { environment: { CRON_CLEANING_SCHEDULE: '10 * * * *' } })
    expect((await world.schedule()).nextDueAt).toBe(STORY_START + 5 * HOUR_MS + 600_000)
  })

  test('does not bring back a due time that is served meanwhile', async () => {
    const world = await createCleaningWorld()
    world.clock.moveTo(STORY_START + 3 * HOUR_MS)
    const slow = {
      ...world.schedules,
      async find(name: string) {
        const read = await world.schedules.find(name)
        await world.fireDue()
        return read
      },
    }
    await restart({ ...world, deps: { ...world.deps, schedules: slow } }, { environment: { CRON_BROOM: 'hard' } })
    expect(await world.schedule()).toMatchObject({ version: 2, nextDueAt: STORY_START + 4 * HOUR_MS })
  })

  test('refuses an environment that is wrong, naming the variables', async () => {
    const environment = {
      CRON_CLEANING_SCHEDULE: '0 0 * * * *',
      CRON_CLEANING_ENABLED: 'yes',
      CRON_CLEANING_ROOMS: '70',
      CRON_BROOM: 'witch',
    }
    await expect(createCleaningWorld({ environment })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[ScheduleSettingsError: A setting of the schedule is not what it may be. CRON_CLEANING_SCHEDULE: expected five fields (minute, hour, day of month, month, day of week), got 6; CRON_CLEANING_ENABLED: expected true or false; CRON_CLEANING_ROOMS: Too big: expected number to be <=20; CRON_BROOM: Invalid option: expected one of "soft"|"hard"]`,
    )
  })
})

test('a release that declares two schedules of one name does not start', async () => {
  await expect(createCleaningWorld({ definitions: [hourlyCleaning, hourlyCleaning] })).rejects.toThrow(
    'Two schedules are called hourlyCleaning.',
  )
})

test('releases that start at once add each schedule once, and agree', async () => {
  const world = await createCleaningWorld({ definitions: [] })
  await Promise.all([restart(world), restart(world), restart(world)])
  expect(await world.schedule()).toMatchObject({ version: 1 })
})

describe('two releases side by side', () => {
  const anna = { name: 'hourlyCleaning', actor: 'anna', reason: 'x' }

  test('keep what an operator set in the later one, though the earlier one starts once more, and serve the schedule', async () => {
    const world = await createCleaningWorld({ definitions: [withWindows] })
    await editSchedule({ ...anna, expectedVersion: null, changes: { windows: 9 } }, world.deps)
    await restart(world, { definition: strict, environment: { CRON_BROOM: 'hard' } })
    expect((await world.schedule()).settings).toMatchObject({
      broom: { value: 'hard', source: 'environment' },
      windows: { value: 9, source: 'operator' },
    })
    const earlier = { ...world.deps, definitions: [strict] }
    await editSchedule({ ...anna, expectedVersion: null, changes: { rooms: 7 } }, earlier)
    expect((await world.schedule()).settings.windows).toEqual({ value: 9, source: 'operator' })
    world.clock.moveTo(STORY_START + HOUR_MS)
    expect(await createFireDue(earlier)()).toMatchObject([{ outcome: 'started' }])
    await world.endRuns()
    world.clock.moveTo(STORY_START + 2 * HOUR_MS)
    expect(await createFireDue(world.deps)()).toMatchObject([{ outcome: 'started' }])
  })

  test('of which the later one has not started here yet: what is not stored is read as its default says', async () => {
    const world = await createCleaningWorld()
    const later = { ...world.deps, definitions: [withWindows] }
    expect(await editSchedule({ ...anna, expectedVersion: null, changes: { rooms: 7 } }, later)).toMatchObject({ version: 2 })
    const order = { name: anna.name, requestedBy: 'anna', reason: 'x' }
    expect(await triggerSchedule(order, later)).toMatchObject({ kind: 'started' })
    await world.endRuns()
    world.clock.moveTo(STORY_START + HOUR_MS)
    expect(await createFireDue(later)()).toMatchObject([{ outcome: 'started' }])
  })

  test('and values that are no whole together: the release’s own stand again, and the other’s stay', async () => {
    const world = await createCleaningWorld({ definitions: [withWindows] })
    await editSchedule({ ...anna, expectedVersion: null, changes: { windows: 9, rooms: 8, broom: 'hard' } }, world.deps)
    const picky: ScheduleDefinition = {
      ...hourlyCleaning,
      settings: hourlyCleaning.settings.refine(({ rooms, broom }) => broom === 'soft' || Number(rooms) < 5),
    }
    await restart(world, { definition: picky })
    expect((await world.schedule()).settings).toEqual({
      rooms: { value: 4, source: 'default' },
      broom: { value: 'soft', source: 'default' },
      windows: { value: 9, source: 'operator' },
    })
  })
})
