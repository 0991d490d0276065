// kill -9 of the workers of a sync run, again and again, while it decides and while it applies: it goes on from its cursor, decides on nobody twice,
// and what it changed is what the audit log says. SIGTERM is no fault at all.
import { seedOrganisations } from '@rollcall/scripts/fleet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { audit, CLEAN } from '../support/audit.ts'
import { auditSync, TOLD_AS_IT_WAS, versionsOf } from '../support/sync/audit-sync.ts'
import { type SyncFleet, startSyncFleet } from '../support/sync/start-sync-fleet.ts'
import { waitUntil } from '../support/wait-until.ts'

const ACCOUNTS = 5_000
/** Enough changes that applying them lasts longer than a kill takes. */
const CHANGED = 0.4
const KILLS_EACH = 5
/** Small steps, so that there are many between which to die. */
const BATCH_SIZE = 10
const MINUTE_MS = 60_000

let fleet: SyncFleet
beforeAll(async () => {
  fleet = await startSyncFleet()
  await seedOrganisations({ databaseUrl: fleet.databaseUrl, count: ACCOUNTS, changed: CHANGED })
  const { headers } = await fleet.admin.get('/api/cron/userStatusSync/config')
  const edit = { settings: { batchSize: BATCH_SIZE, limitMinimum: ACCOUNTS }, reason: 'Small steps.' }
  expect((await fleet.admin.patch('/api/cron/userStatusSync', edit, { 'if-match': headers.get('etag') ?? '' })).status).toBe(200)
})
afterAll(() => fleet.end())

interface Progress {
  readonly scanned: number
  readonly applied: number
  readonly through: string
}

async function progressOf(runUuid: string): Promise<Progress> {
  const run = await fleet.database.prisma.syncRun.findUnique({ where: { runUuid } })
  const { scanned = 0, applied = 0 } = run === null ? {} : (JSON.parse(run.counters) as Partial<Progress>)
  return { scanned, applied, through: run?.decidedThrough ?? '' }
}

/** Kills a worker once a share of the work is done, and starts it again. Answers how far the run was when it died. */
async function killAt({ runUuid, worker, share }: { runUuid: string; worker: 'worker-sync' | 'worker-persist'; share: number }) {
  const isThere = async () => {
    const { scanned, applied } = await progressOf(runUuid)
    return worker === 'worker-sync' ? scanned >= share * ACCOUNTS : applied >= share * ACCOUNTS * CHANGED
  }
  await waitUntil(`${share} of the work of ${worker} is done`, isThere, { everyMs: 5, withinMs: 3 * MINUTE_MS })
  await fleet.app(worker).kill()
  const atDeath = await progressOf(runUuid)
  await fleet.restart(worker)
  return atDeath
}

describe('a run of five thousand accounts whose workers are killed ten times', () => {
  test(
    'decides on each account once, applies each change once, and says so in the audit log',
    async () => {
      const before = await versionsOf(fleet.database)
      // On a fast machine the run would otherwise be past the next place to die at before its new worker is known to be there.
      await fleet.setFaults({ mode: 'slow', delayMs: 20 })
      const runUuid = await fleet.trigger('userStatusSync')

      const shares = Array.from({ length: KILLS_EACH }, (_, index) => (index + 0.5) / (KILLS_EACH + 1))
      const deaths: Progress[] = []
      for (const share of shares) deaths.push(await killAt({ runUuid, worker: 'worker-sync', share }))
      await fleet.setFaults({})
      for (const share of shares) deaths.push(await killAt({ runUuid, worker: 'worker-persist', share }))
      const run = await fleet.untilRunEnded(runUuid, 3 * MINUTE_MS)

      expect(run).toMatchObject({ stands: 'succeeded', counters: { scanned: ACCOUNTS, conflicted: 0, failed: 0 } })
      expect(run.counters?.applied).toBe(run.counters?.toChange)
      // Each found the run where the one before had left it, or farther: nothing was begun anew.
      const cursors = deaths.map(({ through }) => through)
      expect(cursors).toEqual(cursors.toSorted())
      expect(new Set(deaths.slice(0, KILLS_EACH).map(({ scanned }) => scanned)).size).toBe(KILLS_EACH)
      // A batch whose writer died after the commit is not written again.
      expect(run.batches).toBeGreaterThanOrEqual(ACCOUNTS / BATCH_SIZE)
      expect(await auditSync({ runUuid, before, database: fleet.database })).toEqual(TOLD_AS_IT_WAS)
      expect(
        await audit({ accepted: [runUuid], database: fleet.database, simulator: fleet.simulatorLevers, redis: fleet.redisUrl }),
      ).toEqual(CLEAN)
    },
    12 * MINUTE_MS,
  )
})

describe('a run whose worker is asked to stop (SIGTERM)', () => {
  test(
    'defect 18: loses nothing of what it has decided: the batch in hand is written, and the next worker goes on behind it',
    async () => {
      const before = await versionsOf(fleet.database)
      // Long before it would be done, and before its turn is over.
      await fleet.setFaults({ mode: 'slow', delayMs: 100 })
      await fleet.app('worker-sync').stop()
      await fleet.start('worker-sync', { env: { SHUTDOWN_DEADLINE_MS: '4000' } })
      const runUuid = await fleet.trigger('userStatusSync')
      const ledgerRow = () => fleet.database.prisma.run.findUniqueOrThrow({ where: { uuid: runUuid } })
      await waitUntil('a tenth is decided', async () => (await progressOf(runUuid)).scanned >= ACCOUNTS / 10)
      const { attempt } = await ledgerRow()
      expect(await fleet.app('worker-sync').stop()).toBe(0)
      const left = await progressOf(runUuid)
      expect(left.scanned).toBeLessThan(ACCOUNTS)
      // Nothing has gone wrong, and no try is counted.
      expect(await ledgerRow()).toMatchObject({ state: 'DECIDE', attempt, errorCode: null })

      await fleet.setFaults({})
      await fleet.restart('worker-sync')
      const run = await fleet.untilRunEnded(runUuid, 3 * MINUTE_MS)
      expect(run).toMatchObject({ stands: 'succeeded', counters: { scanned: ACCOUNTS, applied: run.counters?.toChange, failed: 0 } })
      const { changedOtherwise, miscounted } = await auditSync({ runUuid, before, database: fleet.database })
      expect({ ...TOLD_AS_IT_WAS, changedOtherwise, miscounted }).toEqual(TOLD_AS_IT_WAS)
    },
    6 * MINUTE_MS,
  )
})
