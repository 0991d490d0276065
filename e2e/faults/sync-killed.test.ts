// kill -9 of the workers of a sync run, again and again, while it decides and while it applies: it goes on from its cursor, decides on nobody twice,
// and what it changed is what the audit log says.
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
const MINUTE_MS = 60_000

let fleet: SyncFleet
beforeAll(async () => {
  fleet = await startSyncFleet()
  await seedOrganisations({ databaseUrl: fleet.databaseUrl, count: ACCOUNTS, changed: CHANGED })
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
      const settings = { batchSize: 10, limitMinimum: ACCOUNTS }
      const { headers } = await fleet.admin.get('/api/cron/userStatusSync/config')
      const edit = { settings, reason: 'Small steps, so that there are many between which to die.' }
      expect((await fleet.admin.patch('/api/cron/userStatusSync', edit, { 'if-match': headers.get('etag') ?? '' })).status).toBe(200)
      const before = await versionsOf(fleet.database)
      const runUuid = await fleet.trigger('userStatusSync')

      const shares = Array.from({ length: KILLS_EACH }, (_, index) => (index + 0.5) / (KILLS_EACH + 1))
      const deaths: Progress[] = []
      for (const share of shares) deaths.push(await killAt({ runUuid, worker: 'worker-sync', share }))
      for (const share of shares) deaths.push(await killAt({ runUuid, worker: 'worker-persist', share }))
      const run = await fleet.untilRunEnded(runUuid, 3 * MINUTE_MS)

      expect(run).toMatchObject({ stands: 'succeeded', counters: { scanned: ACCOUNTS, conflicted: 0, failed: 0 } })
      expect(run.counters?.applied).toBe(run.counters?.toChange)
      // Each found the run where the one before had left it, or farther: nothing was begun anew.
      const cursors = deaths.map(({ through }) => through)
      expect(cursors).toEqual(cursors.toSorted())
      expect(new Set(deaths.slice(0, KILLS_EACH).map(({ scanned }) => scanned)).size).toBe(KILLS_EACH)
      // A batch whose writer died after the commit is not written again.
      expect(run.batches).toBeGreaterThanOrEqual(ACCOUNTS / settings.batchSize)
      expect(await auditSync({ runUuid, before, database: fleet.database })).toEqual(TOLD_AS_IT_WAS)
      expect(
        await audit({ accepted: [runUuid], database: fleet.database, simulator: fleet.simulatorLevers, redis: fleet.redisUrl }),
      ).toEqual(CLEAN)
    },
    12 * MINUTE_MS,
  )
})
