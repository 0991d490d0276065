// The registration service is away in the middle of a run: nobody's account changes, the run waits where it stands, and goes on when the service is
// back. Half a minute stands for any longer time: the breaker has opened long before, and from then on nothing is different but the number of looks.
// FAULT_AWAY_SECONDS=600 makes it ten minutes, and adds the other ways of being away: to the run all look alike, and each costs the suite a minute.
import { setTimeout as pause } from 'node:timers/promises'
import { seedOrganisations } from '@rollcall/scripts/fleet'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { auditSync, TOLD_AS_IT_WAS, versionsOf } from '../support/sync/audit-sync.ts'
import { type SyncFleet, startSyncFleet } from '../support/sync/start-sync-fleet.ts'
import { waitUntil } from '../support/wait-until.ts'

const ACCOUNTS = 2_000
const CHANGED = 0.1
const ASKED_FOR = process.env.FAULT_AWAY_SECONDS ?? ''
const AWAY_MS = secondsOf(ASKED_FOR, 30) * 1_000
const MINUTE_MS = 60_000
const TIMEOUT_MS = AWAY_MS + 8 * MINUTE_MS
/** A run that was sent away looks again a minute later at most, and the breaker tries again after half of one. */
const BACK_WITHIN_MS = 3 * MINUTE_MS

let fleet: SyncFleet
beforeAll(async () => {
  fleet = await startSyncFleet()
  await seedOrganisations({ databaseUrl: fleet.databaseUrl, count: ACCOUNTS, changed: CHANGED })
  const { headers } = await fleet.admin.get('/api/cron/userStatusSync/config')
  const edit = { settings: { batchSize: 10, limitMinimum: ACCOUNTS }, reason: 'Small steps.' }
  await fleet.admin.patch('/api/cron/userStatusSync', edit, { 'if-match': headers.get('etag') ?? '' })
})
afterAll(() => fleet.end())
beforeEach(() => fleet.setFaults({}))

/** On a fast machine the run would otherwise be over before anything can happen to it. */
const takeTime = () => fleet.setFaults({ mode: 'slow', delayMs: 20 })

const scannedBy = async (uuid: string) => (await fleet.run(uuid)).counters?.scanned ?? 0

/** How the service goes, and how it comes back. */
interface Outage {
  leave(): Promise<void>
  comeBack(): Promise<void>
}
const killed: Outage = {
  leave: () => fleet.app('registration-service').kill(),
  comeBack: () => fleet.restart('registration-service'),
}
const others: Readonly<Record<string, Outage>> = {
  'it answers 500': {
    leave: () => fleet.setFaults({ mode: 'errors' }),
    comeBack: () => fleet.setFaults({}),
  },
  'it throttles everybody': {
    leave: () => fleet.setFaults({ mode: 'throttled', retryAfterSeconds: 2 }),
    comeBack: () => fleet.setFaults({}),
  },
}

describe('the service is away', () => {
  async function isOutlived({ leave, comeBack }: Outage): Promise<void> {
    // The first outage meets changes to be made, the others accounts that agree: both are to be left alone.
    const before = await versionsOf(fleet.database)
    await takeTime()
    const uuid = await fleet.trigger('userStatusSync')
    await waitUntil('the run has begun', async () => (await scannedBy(uuid)) >= 50, { everyMs: 10 })
    await leave()
    await fleet.untilRun(uuid, 'waiting_for_service', MINUTE_MS)
    const cursor = await scannedBy(uuid)
    await pause(AWAY_MS)
    expect(await fleet.run(uuid)).toMatchObject({ stands: 'waiting_for_service', state: 'DECIDE', counters: { scanned: cursor } })
    expect(await versionsOf(fleet.database)).toEqual(before)

    await comeBack()
    const run = await fleet.untilRunEnded(uuid, BACK_WITHIN_MS)
    expect(run).toMatchObject({ stands: 'succeeded', counters: { scanned: ACCOUNTS, failed: 0 } })
    expect(run.counters?.applied).toBe(run.counters?.toChange)
    const { changedOtherwise } = await auditSync({ runUuid: uuid, before, database: fleet.database })
    expect(changedOtherwise).toEqual(TOLD_AS_IT_WAS.changedOtherwise)
  }

  test('its process is killed: no account changes, the run waits and then finishes', () => isOutlived(killed), TIMEOUT_MS)

  test.skipIf(ASKED_FOR === '').each(Object.entries(others))(
    '%s: no account changes, the run waits and then finishes',
    (_, outage) => isOutlived(outage),
    TIMEOUT_MS,
  )
})

test('an answer that makes no sense fails the run and changes nobody; replayed, it goes on from its cursor', async () => {
  const before = await versionsOf(fleet.database)
  await takeTime()
  const uuid = await fleet.trigger('userStatusSync')
  await waitUntil('the run has begun', async () => (await scannedBy(uuid)) >= 50, { everyMs: 10 })
  await fleet.setFaults({ mode: 'malformed' })
  expect(await fleet.untilRunEnded(uuid)).toMatchObject({ stands: 'failed', errorCode: 'REGISTRATIONS_UNREADABLE' })
  expect(await versionsOf(fleet.database)).toEqual(before)
  await fleet.setFaults({})
  expect((await fleet.admin.post(`/azure-data-sync/${uuid}/replay`, { reason: 'It is put right.' })).status).toBe(202)
  // Were it begun anew, some would be counted twice.
  expect(await fleet.untilRun(uuid, 'succeeded')).toMatchObject({ counters: { scanned: ACCOUNTS } })
})

test('a key that the service does not know changes nobody; the run says so, and finishes with the right one', async () => {
  await fleet.app('worker-sync').stop()
  await fleet.start('worker-sync', { env: { REGISTRATION_API_KEY: 'rk_s_nobody_knows_this_one' } })
  const before = await versionsOf(fleet.database)
  const uuid = await fleet.trigger('userStatusSync')
  const waiting = await fleet.untilRun(uuid, 'waiting_for_service')
  expect(waiting).toMatchObject({ paused: { code: 'REGISTRATIONS_REFUSED' }, errorCode: 'REGISTRATIONS_REFUSED' })
  expect(await versionsOf(fleet.database)).toEqual(before)
  await fleet.app('worker-sync').stop()
  await fleet.restart('worker-sync')
  expect(await fleet.untilRunEnded(uuid, BACK_WITHIN_MS)).toMatchObject({ stands: 'succeeded', counters: { scanned: ACCOUNTS } })
})

function secondsOf(given: string, otherwise: number): number {
  if (given === '') return otherwise
  const seconds = Number(given)
  if (!Number.isInteger(seconds) || seconds < 1) throw new Error(`FAULT_AWAY_SECONDS is a whole number from 1 on, not "${given}".`)
  return seconds
}
