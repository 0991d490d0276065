import { describeCron, environmentValues } from '@rollcall/engine'
import { describe, expect, test } from 'vitest'
import { SYNC_JOBS } from './ports/sync-runs.ts'
import { statusSyncSchedules } from './schedules.ts'

const scheduleOf = (name: string) => {
  const found = statusSyncSchedules.find((schedule) => schedule.name === name)
  if (!found) throw new Error(`There is no schedule ${name}.`)
  return found
}

describe('the schedules of the status sync', () => {
  test('are those of the four jobs, by the names of the earlier system', () => {
    expect(statusSyncSchedules.map(({ name }) => name).toSorted()).toEqual([...SYNC_JOBS, 'healthCheck'].toSorted())
  })

  test.each([
    ['userRegistrationNumberSync', '0 */6 * * *', true, 30, '2026-01-05T12:00'],
    ['userStatusSync', '0 */2 * * *', true, 50, '2026-01-05T10:00'],
    ['healthCheck', '*/30 * * * *', true, undefined, '2026-01-05T08:30'],
    ['accountCleanup', '0 2 * * *', false, 50, '2026-01-06T02:00'],
  ])('defect 1: %s runs when the source document says so, in batches of its size', (name, cron, enabled, batchSize, next) => {
    const { defaults } = scheduleOf(name)
    expect(defaults).toMatchObject({ cron, timeZone: 'UTC', enabled })
    expect(defaults.settings.batchSize).toBe(batchSize)
    const [first] = describeCron({ cron, timeZone: 'UTC' }, Date.UTC(2026, 0, 5, 8)).next
    expect(new Date(first ?? 0).toISOString()).toContain(next)
  })

  test('defect 1: the documented variables are read, by the job that they are about', () => {
    const environment = {
      ...{ CRON_USER_SYNC_ENABLED: 'false', CRON_USER_SYNC_SCHEDULE: '15 */3 * * *' },
      ...{ CRON_BATCH_SIZE: '40', CRON_MAX_RETRIES: '5' },
    }
    expect(environmentValues(scheduleOf('userStatusSync'), environment)).toEqual({
      ...{ enabled: false, cron: '15 */3 * * *', batchSize: 40, maxRetries: 5 },
    })
    expect(environmentValues(scheduleOf('userRegistrationNumberSync'), environment)).toEqual({ maxRetries: 5 })
  })

  test('no variable enables the clean-up: an operator who has seen a dry run does', () => {
    expect(scheduleOf('accountCleanup').environment).not.toHaveProperty('enabled')
  })

  test.each(statusSyncSchedules)('$name begins runs that its process takes', (schedule) => {
    const occasion = { settings: schedule.defaults.settings, dueAt: 0, trigger: 'schedule', requestedBy: 'schedule', reason: null }
    const input = schedule.process.input.parse(schedule.inputOf(occasion as never))
    expect(input).toMatchObject({ trigger: 'schedule', config: schedule.defaults.settings })
    expect(input.dryRun ?? false).toBe(false)
  })
})
