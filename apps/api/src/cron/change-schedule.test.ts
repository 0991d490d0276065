import { createTestDatabase } from '@rollcall/database/testing'
import { createIds, disableSchedule, editSchedule, enableSchedule, ensureSchedules } from '@rollcall/engine'
import { createVirtualClock } from '@rollcall/engine/testing'
import { statusSyncSchedules } from '@rollcall/status-sync'
import { expect, onTestFinished, test } from 'vitest'
import { changeSchedule } from './change-schedule.ts'

const order = { name: 'accountCleanup', actor: 'admin', reason: 'the summer is over' }

async function arrange() {
  const { database, cleanup } = await createTestDatabase()
  onTestFinished(cleanup)
  const { ledger, schedules, syncRuns } = database
  const clock = createVirtualClock(Date.UTC(2026, 8, 1))
  const deps = { schedules, definitions: statusSyncSchedules, clock, newId: createIds(clock) }
  await ensureSchedules({ definitions: statusSyncSchedules, environment: {}, by: 'worker-sync' }, deps)
  await enableSchedule(order, deps)
  /** Enables or disables, while somebody disables the clean-up after the first look and lets it reach further. */
  async function overtaken(enabled: boolean) {
    let looks = 0
    const find: typeof schedules.find = async (name) => {
      const standing = await schedules.find(name)
      looks += 1
      if (looks === 1) {
        await disableSchedule(order, deps)
        await editSchedule({ ...order, expectedVersion: null, changes: { limitMinimum: 1_000 } }, deps)
      }
      return standing
    }
    const change = { ...order, expectedVersion: null, changes: { enabled }, dryRunUuid: null }
    const changing = { ...deps, scheduleDefinitions: statusSyncSchedules, queries: ledger, syncRuns, schedules: { ...schedules, find } }
    return changeSchedule(change, changing)
  }
  return { overtaken, schedules }
}

test('enabling once more what is enabled lets loose no clean-up that was disabled and let reach further meanwhile', async () => {
  const { overtaken, schedules } = await arrange()
  await expect(overtaken(true)).rejects.toMatchObject({ errorCode: { code: 'SCHEDULE_CHANGED' } })
  expect((await schedules.find('accountCleanup'))?.enabled.value).toBe(false)
})

test('disabling is held up by nobody who changes something else meanwhile', async () => {
  const { overtaken } = await arrange()
  expect((await overtaken(false)).enabled.value).toBe(false)
})
