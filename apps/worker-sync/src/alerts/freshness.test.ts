import { createTestDatabase } from '@rollcall/database/testing'
import { complete, end, insert, newRun, T0 } from '@rollcall/engine/testing/ledger-contract'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createFreshness } from './freshness.ts'
import { WATCHED } from './watched.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

async function arrange() {
  const { database, cleanup } = await createTestDatabase()
  onTestFinished(cleanup)
  let now = T0
  const freshness = createFreshness({ ...database, now: () => now })

  async function schedule(name: string, { enabled = true, nextDueAt = null }: { enabled?: boolean; nextDueAt?: number | null } = {}) {
    const setting = <Value>(value: Value) => ({ value, source: 'default' as const })
    const times = { cron: setting('*/30 * * * *'), timeZone: setting('UTC'), enabled: setting(enabled) }
    await database.schedules.add({ ...times, name, settings: {}, nextDueAt, createdAt: T0, createdBy: 'test' })
  }
  /** Due times that were served, in minutes from the start. */
  async function served(schedule: string, minutes: readonly number[]) {
    const rows = minutes.map((minute) => new Date(T0 + minute * MINUTE))
    const tick = { schedule, outcome: 'started', runUuid: 'r', missed: 0 }
    await database.prisma.scheduleTick.createMany({ data: rows.map((at) => ({ ...tick, dueAt: at, firedAt: at })) })
  }
  async function checked(minute: number, move: 'good' | 'ill' | 'failed' = 'good') {
    const run = newRun({ process: 'health-check' })
    await insert(database, run)
    const at = { stateSince: T0 + minute * MINUTE, events: [] }
    await database.ledger.commit([
      move === 'failed' ? end(run, at) : complete(run, { ...at, completion: move === 'ill' ? 'partial' : 'full' }),
    ])
  }
  async function accounts(count: number, lastSyncAt: number | null) {
    const [at, from] = [new Date(T0 - HOUR), await database.prisma.organisationAccount.count()]
    const row = { type: 'organization', accountStatus: 'active', statusSource: 'admin', statusReason: 'x', statusVersion: 1 }
    const times = { statusChangedAt: at, createdAt: at, updatedAt: at, lastSyncAt: lastSyncAt === null ? null : new Date(lastSyncAt) }
    const data = Array.from({ length: count }, (_, index) => ({
      ...row,
      ...times,
      userId: `u${from + index}`,
      numberKey: `u${from + index}`,
    }))
    await database.prisma.organisationAccount.createMany({ data })
  }
  const at = (minute: number) => {
    now = T0 + minute * MINUTE
  }
  return {
    ...{ accounts, at, checked, database, schedule, served },
    healthCheck: () => freshness.healthCheck(WATCHED.healthCheck),
    overdue: () => freshness.overdue(WATCHED.schedules),
    unverified: () => freshness.unverifiedAccounts(WATCHED.statusSync),
  }
}

describe('the health check', () => {
  test.each([
    ['good', 0],
    ['ill', 1],
    ['failed', 1],
  ] as const)('that came out %s counts as %i', async (how, value) => {
    const { checked, healthCheck, schedule } = await arrange()
    await schedule('healthCheck')
    await checked(-60, 'ill')
    await checked(0, how)
    expect(await healthCheck()).toEqual([{ subject: 'health-check', value }])
  })

  test('that is older than three ticks counts as failing, however good it was', async () => {
    const { checked, healthCheck, schedule, served } = await arrange()
    await schedule('healthCheck')
    await served('healthCheck', [0, 30, 60])
    await checked(0.5)
    expect(await healthCheck()).toEqual([{ subject: 'health-check', value: 0 }])
    await served('healthCheck', [90])
    const note = 'The last one is from 2026-01-05T08:00:30.000Z, although the last 3 ticks should have brought some.'
    expect(await healthCheck()).toEqual([{ subject: 'health-check', value: 1, note }])
    await checked(91)
    expect(await healthCheck()).toEqual([{ subject: 'health-check', value: 0 }])
  })

  test('that there never was counts as failing once three ticks should have brought one, and not before', async () => {
    const { healthCheck, schedule, served } = await arrange()
    await schedule('healthCheck')
    await served('healthCheck', [0, 30])
    expect(await healthCheck()).toEqual([])
    await served('healthCheck', [60])
    expect(await healthCheck()).toMatchObject([{ value: 1, note: expect.stringContaining('There has been none') }])
  })

  test('is not judged while an operator has disabled it, nor held to be old as soon as he enables it again', async () => {
    const { checked, database, healthCheck, schedule, served } = await arrange()
    await schedule('healthCheck', { enabled: false })
    await served('healthCheck', [0, 30, 60])
    await checked(61, 'ill')
    expect(await healthCheck()).toEqual([])
    await checked(62)
    await database.prisma.schedule.deleteMany()
    await schedule('healthCheck')
    await served('healthCheck', [9_000])
    expect(await healthCheck()).toEqual([{ subject: 'health-check', value: 0 }])
  })
})

describe('a schedule', () => {
  test('is overdue by as many seconds as have passed since it should have been served', async () => {
    const { at, overdue, schedule } = await arrange()
    await schedule('userStatusSync', { nextDueAt: T0 })
    await schedule('healthCheck', { nextDueAt: T0 + HOUR })
    await schedule('accountCleanup', { enabled: false })
    // It is no part of this release: nobody is to serve it.
    await schedule('of-an-earlier-release', { nextDueAt: T0 - HOUR })
    expect(await overdue()).toEqual([])
    at(6)
    expect(await overdue()).toEqual([{ subject: 'userStatusSync', value: 360 }])
  })
})

describe('the accounts that nobody has verified', () => {
  test('are those that the last two ticks of the status sync have not compared', async () => {
    const { accounts, schedule, served, unverified } = await arrange()
    await schedule('userStatusSync')
    await served('userStatusSync', [0, 120])
    await accounts(3, null)
    await accounts(2, T0 - MINUTE)
    await accounts(4, T0 + MINUTE)
    expect(await unverified()).toEqual([{ subject: 'userStatusSync', value: 5 }])
  })

  test('are not counted before the sync was served twice, nor while it is disabled', async () => {
    const { accounts, database, schedule, served, unverified } = await arrange()
    await accounts(3, null)
    expect(await unverified()).toEqual([])
    await schedule('userStatusSync')
    await served('userStatusSync', [0])
    expect(await unverified()).toEqual([])
    await database.prisma.schedule.deleteMany()
    await schedule('userStatusSync', { enabled: false })
    await served('userStatusSync', [120])
    expect(await unverified()).toEqual([])
  })

  test('are counted every five minutes, and anew after every tick', async () => {
    const { accounts, at, schedule, served, unverified } = await arrange()
    const value = async () => (await unverified())[0]?.value
    await schedule('userStatusSync')
    await served('userStatusSync', [0, 120])
    at(121)
    expect(await value()).toBe(0)
    await accounts(1, T0 - MINUTE)
    at(125)
    expect(await value()).toBe(0)
    at(126)
    expect(await value()).toBe(1)
    await accounts(2, T0 + MINUTE)
    await served('userStatusSync', [240])
    expect(await value()).toBe(3)
  })
})
