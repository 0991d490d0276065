import { newRun, T0 } from '@rollcall/engine/testing/ledger-contract'
import { describeSchedulesContract } from '@rollcall/engine/testing/schedules-contract'
import { expect, onTestFinished, test } from 'vitest'
import { testDialects } from '../testing/test-dialects.ts'
import { createSchedules } from './create-schedules.ts'

for (const { dialect, open } of testDialects)
  describeSchedulesContract({
    name: `the schedules over ${dialect}`,
    async open() {
      const { database, cleanup } = await open()
      const { audit, ledger, schedules } = database
      const audits = async (name: string) => (await audit.list({ targetType: 'schedule', targetId: name, limit: 20 })).toReversed()
      return { ledger, schedules, audits, close: cleanup }
    },
  })

test.each(testDialects)('an edit over $dialect that says nothing of the due time leaves it where a tick has moved it', async ({ open }) => {
  const { database, cleanup } = await open()
  onTestFinished(cleanup)
  const { schedules } = database
  const hour = 3_600_000
  const name = 'hourly'
  const settings = {
    cron: { value: '0 * * * *', source: 'default' },
    timeZone: { value: 'UTC', source: 'default' },
    enabled: { value: true, source: 'default' },
    settings: {},
  } as const
  await schedules.add({ ...settings, name, nextDueAt: T0, createdAt: T0, createdBy: 'test' })
  const tick = { expectedDueAt: T0, dueAt: T0, firedAt: T0, missed: 0, nextDueAt: T0 + hour, run: newRun({ liveKey: 'sweeping:h1' }) }
  await schedules.advance({ name, expectedVersion: 1, ...tick })
  const audit = {
    ...{ id: tick.run.uuid, at: T0, actor: 'anna', action: 'schedule.edit', targetType: 'schedule', targetId: name },
    ...{ reason: 'Because.', details: {} },
  }
  expect(await schedules.edit({ ...settings, name, expectedVersion: 1, at: T0, audit })).toMatchObject({ version: 2, nextDueAt: T0 + hour })
  expect(
    await schedules.edit({ ...settings, name, expectedVersion: 2, nextDueAt: null, at: T0, audit: { ...audit, id: newRun({}).uuid } }),
  ).toMatchObject({ nextDueAt: null })
})

test.each(testDialects)('an order over $dialect that loses every race for its natural key says so', async ({ open }) => {
  const { database, cleanup } = await open()
  onTestFinished(cleanup)
  // As if each holder of the key had ended before it could be read.
  const { begin } = createSchedules({ prisma: database.prisma, sql: { startWithin: async () => undefined } })
  const audit = {
    ...{ id: newRun({}).uuid, at: T0, actor: 'anna', action: 'schedule.trigger', targetType: 'schedule', targetId: 'hourly' },
    ...{ reason: 'Because.', details: {} },
  }
  await expect(begin({ run: newRun(), audit })).rejects.toThrow(
    'Other runs of account-create began and ended 5 times while this one was to begin. Try again.',
  )
})
