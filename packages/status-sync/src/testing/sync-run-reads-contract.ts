// The part of the contract of the sync runs that is about finding them and their items again.
import { describe, expect, test } from 'vitest'
import { SYNC_JOBS, type SyncRun } from '../ports/sync-runs.ts'
import { T0 } from './an-account.ts'
import { aSyncItem, openSyncRuns, type SyncRunsUnderTest } from './open-sync-runs.ts'

export function describeSyncRunReadsContract({ name, open }: { readonly name: string; open(): Promise<SyncRunsUnderTest> }): void {
  const opened = () => openSyncRuns(open)

  describe(`${name}: how every store of sync runs is read`, () => {
    test('pages through the items of a run by account, all or those of one outcome', async () => {
      const { runs, withItems } = await opened()
      const userIds = ['u3', 'u1', 'u5', 'u2', 'u4']
      const run = await withItems(userIds.map((userId) => aSyncItem({ userId, outcome: userId === 'u2' ? 'noted' : 'pending' })))
      await withItems([aSyncItem({ userId: 'u9' })])
      const page = async (outcome: 'pending' | null, after: string | null) =>
        (await runs.items({ runUuid: run.runUuid, outcome, after, limit: 3 })).map(({ userId }) => userId)
      expect([await page(null, null), await page(null, 'u3')]).toEqual([
        ['u1', 'u2', 'u3'],
        ['u4', 'u5'],
      ])
      expect([await page('pending', null), await page('pending', 'u4')]).toEqual([['u1', 'u3', 'u4'], ['u5']])
    })

    test('lists runs newest first, of one job or of all, page by page', async () => {
      const { begin, runs } = await opened()
      const begun: SyncRun[] = []
      for (const [index, job] of [...SYNC_JOBS, ...SYNC_JOBS].entries()) begun.push(await begin({ job, startedAt: T0 + (index >> 1) }))
      const newestFirst = begun.toSorted((a, b) => b.startedAt - a.startedAt || (a.runUuid < b.runUuid ? 1 : -1))
      const found: SyncRun[] = []
      for (let before: SyncRun | null = null; ; before = found.at(-1) ?? null) {
        const page: SyncRun[] = await runs.list({ job: null, before, limit: 3 })
        found.push(...page)
        if (page.length < 3) break
      }
      expect(found).toEqual(newestFirst)
      const ofOne = await runs.list({ job: 'accountCleanup', before: null, limit: 9 })
      expect(ofOne).toEqual(newestFirst.filter(({ job }) => job === 'accountCleanup'))
      expect(await runs.list({ job: 'accountCleanup', before: ofOne[0] ?? null, limit: 9 })).toEqual(ofOne.slice(1))
    })

    test('tells what the runs found of one account, newest first', async () => {
      const { runs, withItems } = await opened()
      const first = await withItems([aSyncItem({ decidedAt: T0 + 1 }), aSyncItem({ userId: 'u2' })])
      const second = await withItems([aSyncItem({ decidedAt: T0 + 2, reasonCode: 'MAP_CERTIFIED' })])
      expect(await runs.itemsOf({ userId: 'u1', limit: 9 })).toMatchObject([
        { runUuid: second.runUuid, reasonCode: 'MAP_CERTIFIED' },
        { runUuid: first.runUuid, reasonCode: 'MAP_APPROVED' },
      ])
      expect(await runs.itemsOf({ userId: 'u1', limit: 1 })).toHaveLength(1)
      expect(await runs.itemsOf({ userId: 'u3', limit: 1 })).toEqual([])
    })
  })
}
