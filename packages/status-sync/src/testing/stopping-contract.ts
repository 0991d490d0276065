// What every store of sync runs must do about runs that are to stop, written once against the port: a batch is written while its run goes on in the
// ledger at the version that its writer was given, and not at all otherwise. An adapter's test file calls it with a ledger of its own beside the store.
import { newId, newRun } from '@rollcall/engine/testing/ledger-contract'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { SyncBatch, SyncRun, WrittenBatch } from '../ports/sync-runs.ts'
import { NO_COUNTERS } from '../rules/count-decision.ts'
import { T0 } from './an-account.ts'
import { aChange, aNewAccount, anAuditEntry } from './open-organisation-accounts.ts'
import { aSyncItem, type SyncRunsUnderTest } from './open-sync-runs.ts'

export interface StoppingUnderTest extends SyncRunsUnderTest {
  /** What is done to the run in the ledger. */
  readonly ledger: {
    accept(runUuid: string): Promise<void>
    askToCancel(runUuid: string): Promise<void>
    end(runUuid: string): Promise<void>
    /** To its next version, and on. */
    moveOn(runUuid: string): Promise<void>
    archive(runUuid: string): Promise<void>
  }
  pauseFleet(): Promise<void>
  letFleetGoOn(): Promise<void>
}

/** How a batch is written: by itself, with items of its own, or with writes beside it. */
const KINDS = {
  'that verifies accounts': {},
  'with an item': { items: [aSyncItem({ userId: 'u9' })] },
  'with writes of its own': {},
} as const
type Kind = keyof typeof KINDS

const STOPS = {
  'is asked to cancel': async ({ askToCancel }, runUuid) => askToCancel(runUuid),
  'has moved on': async ({ moveOn }, runUuid) => moveOn(runUuid),
  'has ended': async ({ end }, runUuid) => end(runUuid),
  'has gone to the archive': async ({ archive, end }, runUuid) => {
    await end(runUuid)
    await archive(runUuid)
  },
} as const satisfies Record<string, (ledger: StoppingUnderTest['ledger'], runUuid: string) => Promise<void>>

export function describeStoppingContract({ name, open }: { readonly name: string; open(): Promise<StoppingUnderTest> }): void {
  async function arrange() {
    const tested = await open()
    onTestFinished(() => tested.close())
    const { accounts, ledger, runs } = tested
    await accounts.add(aNewAccount({ userId: 'u1' }), anAuditEntry({ id: newId(), targetId: 'u1' }))
    const runUuid = newId()
    await ledger.accept(runUuid)
    const config = { batchSize: 50 }
    await runs.begin({ runUuid, job: 'userStatusSync', trigger: 'schedule', dryRun: false, config, startedAt: T0 })

    const begun = newRun()
    const find = async (): Promise<SyncRun> => {
      const run = await runs.find(runUuid)
      if (!run) throw new Error(`There is no sync run ${runUuid}.`)
      return run
    }
    async function write(kind: Kind, changes: Partial<SyncBatch> = {}) {
      const { batches } = await find()
      const counters = { ...NO_COUNTERS, scanned: 1 }
      const verified = [{ userId: 'u1', statusVersion: 1, seen: null }]
      const cursor = { runUuid, expectedVersion: 1, expectedBatches: batches, decidedThrough: 'u1', at: T0 + 5 }
      const batch = { ...cursor, counters, items: [], settled: [], verified, ...KINDS[kind], ...changes }
      if (kind !== 'with writes of its own') return runs.writeBatch(batch)
      const [account] = await accounts.read(['u1'])
      return runs.writeBatch(batch, async (tx): Promise<WrittenBatch> => {
        if (account) await accounts.apply(tx, [aChange(account, { accountStatus: 'suspended' })])
        return { counters, settled: [], start: [begun] }
      })
    }
    /** All that a batch may leave behind. */
    const traces = async () => ({
      run: await find(),
      items: await runs.items({ runUuid, outcome: null, after: null, limit: 10 }),
      account: await accounts.read(['u1']),
      hasBegun: await tested.hasBegun(begun),
    })
    return { ...tested, runUuid, write, traces }
  }

  const kinds = Object.keys(KINDS) as Kind[]

  describe(`${name}: what every store of sync runs does about a run that is to stop`, () => {
    describe.each(kinds)('a batch %s', (kind) => {
      test('is written while its run goes on', async () => {
        const { traces, write } = await arrange()
        const before = await traces()
        expect(await write(kind)).toEqual({ pauseAskedBy: null })
        const after = await traces()
        expect(after.run).toMatchObject({ batches: 1, decidedThrough: 'u1', counters: { scanned: 1 }, heartbeatAt: T0 + 5 })
        expect(after.account).not.toEqual(before.account)
      })

      test.each(Object.entries(STOPS))('leaves nothing once its run %s', async (_stop, stop) => {
        const { ledger, runUuid, traces, write } = await arrange()
        const before = await traces()
        await stop(ledger, runUuid)
        expect(await write(kind)).toBe('stopped')
        expect(await write(kind)).toBe('stopped')
        expect(await traces()).toEqual(before)
      })

      test('leaves nothing while the fleet is paused, and is written afterwards', async () => {
        const { letFleetGoOn, pauseFleet, traces, write } = await arrange()
        const before = await traces()
        await pauseFleet()
        expect(await write(kind)).toBe('fleetPaused')
        expect(await traces()).toEqual(before)
        await letFleetGoOn()
        expect(await write(kind)).toEqual({ pauseAskedBy: null })
      })

      test('is written by whoever has the run once it has moved on', async () => {
        const { ledger, runUuid, write } = await arrange()
        await ledger.moveOn(runUuid)
        expect(await write(kind, { expectedVersion: 2 })).toEqual({ pauseAskedBy: null })
      })

      test('that another has written is not said to be stopped', async () => {
        const { ledger, runUuid, write } = await arrange()
        await write(kind)
        await ledger.askToCancel(runUuid)
        expect(await write(kind, { expectedBatches: 0 })).toBeNull()
      })
    })

    test('one that is asked to cancel while fifty batches wait to be written writes some of them, and none after it knows', async () => {
      const { ledger, runUuid, traces, write } = await arrange()
      const answers: unknown[] = []
      let asked: Promise<void> | undefined
      for (let batch = 0; batch < 50 && answers.at(-1) !== 'stopped'; batch += 1) {
        if (batch === 3) asked = ledger.askToCancel(runUuid)
        answers.push(await write('that verifies accounts'))
      }
      await asked
      expect(answers.at(-1)).toBe('stopped')
      expect((await traces()).run.batches).toBe(answers.length - 1)
      expect(answers.slice(0, 3)).toEqual([{ pauseAskedBy: null }, { pauseAskedBy: null }, { pauseAskedBy: null }])
    })
  })
}
