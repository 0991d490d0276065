import { createIds, editSchedule, ensureSchedules, type Json } from '@rollcall/engine'
import { createInMemoryLedger, createInMemorySchedules } from '@rollcall/engine/testing'
import { expect, test } from 'vitest'
import { statusSyncSchedules } from '../schedules.ts'
import { DEFAULT_SYNC_CONFIG } from '../sync/sync-input.ts'
import { createPushSettings } from './push-settings.ts'

const { changesPerDay, limitMinimum, limitPercent } = DEFAULT_SYNC_CONFIG
const DEFAULTS = { changesPerDay, limitMinimum, limitPercent }
const clock = { now: () => 0 }

function opened() {
  const schedules = createInMemorySchedules(createInMemoryLedger())
  const deps = { schedules, definitions: statusSyncSchedules, clock, newId: createIds(clock) }
  return { schedules, deps, pushSettings: createPushSettings(schedules) }
}

test('pushes follow what an operator set for the sync of statuses, from the next one on', async () => {
  const { deps, pushSettings } = opened()
  await ensureSchedules({ definitions: statusSyncSchedules, environment: {}, by: 'worker-sync' }, deps)
  expect(await pushSettings()).toEqual(DEFAULTS)
  const order = { name: 'userStatusSync', expectedVersion: null, actor: 'operator', reason: 'The end of the year.' }
  await editSchedule({ ...order, changes: { changesPerDay: 9, limitPercent: 12.5 } }, deps)
  expect(await pushSettings()).toEqual({ ...DEFAULTS, changesPerDay: 9, limitPercent: 12.5 })
})

test('the defaults hold while no schedule is stored, and in the place of what makes no sense', async () => {
  const { schedules, pushSettings } = opened()
  expect(await pushSettings()).toEqual(DEFAULTS)
  const set = <Value extends Json>(value: Value) => ({ value, source: 'operator' as const })
  const times = { cron: set('0 * * * *'), timeZone: set('UTC'), enabled: set(true), nextDueAt: 0, createdAt: 0, createdBy: 'operator' }
  await schedules.add({ name: 'userStatusSync', ...times, settings: { changesPerDay: set('many'), limitMinimum: set(7) } })
  expect(await pushSettings()).toEqual({ ...DEFAULTS, limitMinimum: 7 })
})
