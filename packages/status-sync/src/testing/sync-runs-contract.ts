// What every store of sync runs must do, written once against the port. An adapter's test file calls it with a way to open an empty one.
import type { NewRun } from '@rollcall/engine'
import { newId, newRun } from '@rollcall/engine/testing/ledger-contract'
import { describe, expect, test } from 'vitest'
import { NO_COUNTERS } from '../rules/count-decision.ts'
import { T0 } from './an-account.ts'
import { aChange, aNewAccount, anAuditEntry } from './open-organisation-accounts.ts'
import { aSyncItem, openSyncRuns, type SyncRunsUnderTest } from './open-sync-runs.ts'
import { describeSyncRunReadsContract } from './sync-run-reads-contract.ts'

export function describeSyncRunsContract({ name, open }: { readonly name: string; open(): Promise<SyncRunsUnderTest> }): void {
  const opened = () => openSyncRuns(open)

  describeSyncRunReadsContract({ name, open })

  describe(`${name}: what every store of sync runs does`, () => {
    test('defect 2: begins a run once, with the configuration that it has then', async () => {
      const { begin, runs } = await opened()
      const run = await begin({ dryRun: true, trigger: 'manual' })
      expect(run).toEqual({
        runUuid: run.runUuid,
        job: 'userStatusSync',
        trigger: 'manual',
        dryRun: true,
        config: { batchSize: 50 },
        batches: 0,
        decidedThrough: null,
        counters: NO_COUNTERS,
        pauseAskedBy: null,
        startedAt: T0,
        heartbeatAt: T0,
      })
      expect(await begin({ runUuid: run.runUuid, config: { batchSize: 1 }, startedAt: T0 + 9 })).toEqual(run)
      expect(await runs.find(run.runUuid)).toEqual(run)
      expect(await runs.find(newId())).toBeNull()
    })

    test('ten who begin one run at once begin the same', async () => {
      const { begin } = await opened()
      const runUuid = newId()
      const begun = await Promise.all(Array.from({ length: 10 }, (_, index) => begin({ runUuid, startedAt: T0 + index })))
      expect(new Set(begun.map(({ startedAt }) => startedAt)).size).toBe(1)
    })

    test('defect 18: writes a batch with its cursor, counters, items and heartbeat', async () => {
      const { batchOf, begin, find, itemsOf, runs } = await opened()
      const run = await begin()
      const items = [
        aSyncItem({ userId: 'u2' }),
        aSyncItem({ userId: 'u1', action: 'finding', outcome: 'noted', after: null, registration: null }),
      ]
      const counters = { ...NO_COUNTERS, scanned: 50, toChange: 1, findings: 1, unchanged: 48 }
      expect(await runs.writeBatch(batchOf(run, { decidedThrough: 'u50', counters, items }))).toEqual({ pauseAskedBy: null })
      expect(await find(run)).toEqual({ ...run, batches: 1, decidedThrough: 'u50', counters, heartbeatAt: T0 + 1 })
      expect(await itemsOf(run)).toEqual([
        { ...items[1], settledAt: T0 + 1 },
        { ...items[0], settledAt: null },
      ])

      const next = batchOf(await find(run), { counters: { ...counters, scanned: 60 }, at: T0 + 2 })
      expect(await runs.writeBatch(next)).toEqual({ pauseAskedBy: null })
      expect(await find(run)).toMatchObject({ batches: 2, decidedThrough: 'u50', counters: { scanned: 60 }, heartbeatAt: T0 + 2 })
    })

    test('defect 2: writes a batch once: whoever comes second writes nothing, and is told so', async () => {
      const { batchOf, begin, find, itemsOf, runs } = await opened()
      const run = await begin()
      await runs.writeBatch(batchOf(run, { decidedThrough: 'u50', items: [aSyncItem()] }))
      const written = await find(run)
      const calls: string[] = []
      const late = batchOf(run, { decidedThrough: 'u60', items: [aSyncItem({ userId: 'u2' })], counters: { ...NO_COUNTERS, scanned: 9 } })
      expect(await runs.writeBatch(late)).toBeNull()
      expect(await runs.writeBatch(late, async () => void calls.push('write'))).toBeNull()
      expect(await runs.writeBatch(batchOf({ ...run, runUuid: newId() }))).toBeNull()
      expect([await find(run), calls]).toEqual([written, []])
      expect(await itemsOf(run)).toHaveLength(1)
    })

    test('of ten who write one batch at once, one does', async () => {
      const { batchOf, begin, find, itemsOf, runs } = await opened()
      const run = await begin()
      const writing = Array.from({ length: 10 }, (_, index) => {
        const batch = batchOf(run, { items: [aSyncItem({ userId: `u${index}` })] })
        return index % 2 === 0 ? runs.writeBatch(batch) : runs.writeBatch(batch, async () => undefined)
      })
      expect((await Promise.all(writing)).filter((written) => written !== null)).toHaveLength(1)
      expect([(await find(run)).batches, (await itemsOf(run)).length]).toEqual([1, 1])
    })

    test('tells whoever concludes from its batches whether another was written', async () => {
      const { batchOf, begin, find, runs, transaction } = await opened()
      const run = await begin()
      const stands = (at: typeof run) => transaction((tx) => runs.standsAt(tx, at))
      expect([await stands(run), await stands({ ...run, runUuid: newId() })]).toEqual([true, false])
      await runs.writeBatch(batchOf(run))
      expect([await stands(run), await stands(await find(run))]).toEqual([false, true])
    })

    test('settles what is pending, and lets the first outcome stand', async () => {
      const { batchOf, find, itemsOf, runs, withItems } = await opened()
      const items = ['u1', 'u2', 'u3', 'u4'].map((userId) => aSyncItem({ userId, ...(userId === 'u4' && { outcome: 'noted' as const }) }))
      const run = await withItems(items)
      const settle = async (outcome: 'applied' | 'failed', ...userIds: readonly string[]) => {
        const settled = userIds.map((userId) => ({
          userId,
          outcome,
          attempt: 1,
          errorCode: outcome === 'failed' ? 'NUMBER_TAKEN' : null,
          at: T0 + 5,
        }))
        await runs.writeBatch(batchOf(await find(run), { settled }))
      }
      await settle('applied', 'u1', 'u4', 'nobody')
      await settle('failed', 'u1', 'u2')
      expect(await itemsOf(run)).toMatchObject([
        { userId: 'u1', outcome: 'applied', attempt: 1, errorCode: null, settledAt: T0 + 5, before: items[0]?.before },
        { userId: 'u2', outcome: 'failed', errorCode: 'NUMBER_TAKEN', settledAt: T0 + 5 },
        { userId: 'u3', outcome: 'pending', settledAt: null },
        { userId: 'u4', outcome: 'noted', settledAt: T0 + 1 },
      ])
    })

    test('keeps what was decided anew', async () => {
      const { batchOf, itemsOf, runs, withItems } = await opened()
      const run = await withItems([aSyncItem()])
      const redecided = {
        action: 'skip',
        reasonCode: 'MANUAL_HOLD',
        before: { accountStatus: 'suspended' },
        after: null,
        registration: null,
      } as const
      await runs.writeBatch(
        batchOf(run, { settled: [{ userId: 'u1', outcome: 'noted', attempt: 2, errorCode: null, at: T0 + 5, redecided }] }),
      )
      expect(await itemsOf(run)).toMatchObject([{ ...redecided, outcome: 'noted', attempt: 2 }])
    })

    test('writes with a batch what it is told to, and lets that say what became of it', async () => {
      const { accounts, batchOf, find, hasBegun, itemsOf, runs, withItems } = await opened()
      await accounts.add(aNewAccount(), anAuditEntry())
      const [account] = await accounts.read(['u1'])
      const run = await withItems([aSyncItem()])
      const start = [newRun({ process: 'session-revocation' })]
      const counters = { ...NO_COUNTERS, applied: 1 }
      const written = await runs.writeBatch(batchOf(run), async (tx) => {
        const outcomes = account && (await accounts.apply(tx, [aChange(account, { accountStatus: 'active' })]))
        const outcome = outcomes?.get('u1') === 'applied' ? 'applied' : 'failed'
        return { counters, settled: [{ userId: 'u1', outcome, attempt: 1, errorCode: null, at: T0 + 5 }], start }
      })
      expect(written).toEqual({ pauseAskedBy: null })
      expect(await accounts.read(['u1'])).toMatchObject([{ accountStatus: 'active', statusVersion: 2 }])
      expect(await itemsOf(run)).toMatchObject([{ outcome: 'applied' }])
      expect((await find(run)).counters).toEqual(counters)
      expect(await Promise.all(start.map(hasBegun))).toEqual([true])
    })

    test('leaves nothing of a batch whose writes failed', async () => {
      const { accounts, batchOf, find, itemsOf, runs, withItems } = await opened()
      await accounts.add(aNewAccount(), anAuditEntry())
      const [account] = await accounts.read(['u1'])
      const run = await withItems([aSyncItem()])
      const batch = batchOf(run, { decidedThrough: 'u9', items: [aSyncItem({ userId: 'u2' })] })
      const failing = runs.writeBatch(batch, async (tx) => {
        if (account) await accounts.apply(tx, [aChange(account, { accountStatus: 'active' })])
        throw new Error('undone')
      })
      await expect(failing).rejects.toThrow('undone')
      expect(await find(run)).toEqual(run)
      expect(await itemsOf(run)).toHaveLength(1)
      expect(await accounts.read(['u1'])).toEqual([account])
    })

    test('begins no run whose live key is taken', async () => {
      const { batchOf, begin, find, hasBegun, runs } = await opened()
      const run = await begin()
      const first = newRun()
      const second = newRun({ liveKey: first.liveKey })
      const start = async (...started: readonly NewRun[]) =>
        runs.writeBatch(batchOf(await find(run)), async () => ({ counters: NO_COUNTERS, settled: [], start: started }))
      await start(first)
      await start(second)
      expect([await hasBegun(first), await hasBegun(second)]).toEqual([true, false])
    })

    test.each([true, false])('notes in the same batch whom it verified (writing something besides: %o)', async (writes) => {
      const { accounts, batchOf, begin, runs } = await opened()
      await accounts.add(aNewAccount(), anAuditEntry())
      const seen = { registrationId: 'reg-1', version: 3 }
      const batch = batchOf(await begin(), { verified: [{ userId: 'u1', statusVersion: 1, seen }] })
      await (writes ? runs.writeBatch(batch, async () => undefined) : runs.writeBatch(batch))
      expect(await accounts.read(['u1'])).toMatchObject([{ lastSyncAt: T0 + 1, registrationId: 'reg-1', registrationVersion: 3 }])
    })

    test('tells whoever writes the next batch that the run is to pause, until that is met or taken back', async () => {
      const { batchOf, begin, find, runs, transaction } = await opened()
      const run = await begin()
      const write = async (writes: boolean) => runs.writeBatch(batchOf(await find(run)), ...(writes ? [async () => undefined] : []))
      expect(await runs.askPause({ runUuid: run.runUuid, by: 'operator' })).toBe(true)
      expect(await runs.askPause({ runUuid: newId(), by: 'operator' })).toBe(false)
      expect([await write(true), await write(false)]).toEqual([{ pauseAskedBy: 'operator' }, { pauseAskedBy: 'operator' }])
      const clear = () => transaction((tx) => runs.clearPause(tx, run.runUuid))
      expect(await clear()).toBe(true)
      expect([await write(false), (await find(run)).pauseAskedBy]).toEqual([{ pauseAskedBy: null }, null])
      await runs.askPause({ runUuid: run.runUuid, by: 'operator' })
      expect(await runs.askPause({ runUuid: run.runUuid, by: null })).toBe(true)
      expect(await clear()).toBe(false)
      expect(await write(true)).toEqual({ pauseAskedBy: null })
    })

    test('takes 500 items at once, and gives their words back as they were', async () => {
      const { itemsOf, withItems } = await opened()
      const items = Array.from({ length: 500 }, (_, index) => aSyncItem({ userId: `u${String(index).padStart(3, '0')}` }))
      const run = await withItems(items)
      expect(await itemsOf(run)).toEqual(items.map((item) => ({ ...item, settledAt: null })))
    })
  })
}
