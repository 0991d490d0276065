import { expect, test } from 'vitest'
import { cleaningAt, createCleaningWorld, HOUR_MS } from '../test-support/cleaning.ts'
import { STORY_START } from '../testing/virtual-clock.ts'
import { disableSchedule, editSchedule } from './edit-schedule.ts'
import { createFireDue } from './fire-due.ts'
import { pullBackDue } from './pull-back-due.ts'

const anna = { name: 'hourlyCleaning', actor: 'anna', reason: 'x' }
const hour = (count: number) => STORY_START + count * HOUR_MS

/** Its virtual clock is that of SQL; one process's is a day ahead. */
async function createJumpedWorld() {
  const world = await createCleaningWorld()
  const { clock, deps } = world
  const ahead = { now: () => clock.now() + 24 * HOUR_MS }
  const sqlNow = async () => clock.now()
  const heal = () => pullBackDue({ by: 'worker-sync' }, { ...deps, sqlNow })
  return { ...world, ahead, sqlNow, heal }
}

test('a process whose clock jumps ahead serves each due time when it comes by SQL’s clock, and none before', async () => {
  const { ahead, clock, deps, endRuns, schedule, sqlNow } = await createJumpedWorld()
  const fireDue = createFireDue({ ...deps, clock: ahead, sqlNow })
  expect(await fireDue()).toEqual([])
  expect(await schedule()).toMatchObject({ nextDueAt: hour(1) })
  for (const count of [1, 2, 3]) {
    clock.moveTo(hour(count))
    expect(await fireDue()).toMatchObject([{ dueAt: hour(count), firedAt: hour(count), missed: 0, outcome: 'started' }])
    await endRuns()
  }
})

test('a due time that a clock ahead has moved away is brought back once, told of and audited, and served', async () => {
  const { ahead, clock, deps, fireDue, heal, notices, schedule, schedules } = await createJumpedWorld()
  await createFireDue({ ...deps, clock: ahead })()
  expect(await schedule()).toMatchObject({ nextDueAt: hour(25) })
  expect(await heal()).toEqual(['hourlyCleaning'])
  expect(await heal()).toEqual([])
  expect(await schedule()).toMatchObject({ nextDueAt: hour(1), version: 2, updatedBy: 'worker-sync' })
  expect(schedules.audits).toMatchObject([
    { details: { before: { nextDueAt: '2026-09-02T09:00:00.000Z' }, after: { nextDueAt: '2026-09-01T09:00:00.000Z' } } },
  ])
  expect(notices).toContainEqual(expect.objectContaining({ kind: 'unexpected', message: expect.stringContaining('Brought back') }))
  clock.moveTo(hour(1))
  expect(await fireDue()).toMatchObject([{ dueAt: hour(1), missed: 0 }])
})

test('due times that are right, that have passed or that there are none of stay', async () => {
  const { clock, deps, heal, schedule } = await createJumpedWorld()
  expect(await heal()).toEqual([])
  clock.moveTo(hour(3.5))
  expect(await heal()).toEqual([])
  expect(await schedule()).toMatchObject({ nextDueAt: hour(1), version: 1 })
  await disableSchedule(anna, deps)
  expect(await heal()).toEqual([])
  expect(await schedule()).toMatchObject({ nextDueAt: null, version: 2 })
})

test('a change of the times meanwhile stands', async () => {
  const { ahead, deps, schedule, schedules, sqlNow } = await createJumpedWorld()
  await createFireDue({ ...deps, clock: ahead })()
  const slow = {
    ...schedules,
    async list() {
      const read = await schedules.list()
      await editSchedule({ ...anna, expectedVersion: null, changes: { cron: '30 * * * *' } }, deps)
      return read
    },
  }
  expect(await pullBackDue({ by: 'worker-sync' }, { ...deps, schedules: slow, sqlNow })).toEqual([])
  expect(await schedule()).toMatchObject({ nextDueAt: hour(0.5), cron: { value: '30 * * * *' } })
})

test('times that this release cannot read are told of, and keep no other schedule waiting', async () => {
  const definitions = [cleaningAt({ name: 'a', cron: '0 * * * *' }), cleaningAt({ name: 'b', cron: '0 * * * *' })]
  const { clock, deps, notices, schedules } = await createCleaningWorld({ definitions })
  await createFireDue({ ...deps, clock: { now: () => clock.now() + 24 * HOUR_MS } })()
  const cron = { value: '@hourly-ish', source: 'operator' } as const
  const list = async () => (await schedules.list()).map((one) => (one.name === 'a' ? { ...one, cron } : one))
  const sqlNow = async () => clock.now()
  expect(await pullBackDue({ by: 'worker-sync' }, { ...deps, schedules: { ...schedules, list }, sqlNow })).toEqual(['b'])
  expect(notices).toContainEqual(expect.objectContaining({ message: expect.stringContaining('Schedule a could not be looked at') }))
})
