// What every CohortStore must do, written once against the port. An adapter's test file calls it with a way to open an empty one.
import type { NewRun, Transaction, Transition } from '@rollcall/engine'
import { advance, complete, end, eventOf, insert, type LedgerUnderTest, newId, newRun, T0 } from '@rollcall/engine/testing/ledger-contract'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { CohortStore } from '../ports/cohort-store.ts'
import type { CohortFilter } from '../replay-cohort/cohort.ts'
import { replayCohort } from '../replay-cohort/process.ts'

export interface CohortStoreUnderTest {
  readonly cohorts: CohortStore
  readonly ledger: LedgerUnderTest['ledger']
  close(): Promise<void>
}

const AS_OF = T0 + 3_600_000

export function describeCohortStoreContract({ name, open }: { readonly name: string; open(): Promise<CohortStoreUnderTest> }): void {
  async function opened() {
    const tested = await open()
    onTestFinished(() => tested.close())
    const { cohorts, ledger } = tested

    /** Lets a run fail in a state, as the engine writes it. */
    async function failed(changes: Partial<NewRun> = {}, { state = 'FIRST', ...ending }: Partial<Transition> = {}): Promise<string> {
      const run = newRun(changes)
      await insert(tested, run)
      await ledger.commit([end(run, { events: [eventOf(run, { state, status: 'failed' })], ...ending })])
      return run.uuid
    }

    /** In a transaction of some run's. */
    async function within<Answer>(write: (tx: Transaction) => Promise<Answer>): Promise<Answer> {
      const run = newRun()
      await insert(tested, run)
      const answers: Answer[] = []
      await ledger.commitWith({ transition: advance(run), write: async (tx) => void answers.push(await write(tx)), start: [] })
      const [answer] = answers
      if (answers.length !== 1) throw new Error('The transaction was not written once.')
      return answer as Answer
    }

    const selected = async (filter: Partial<CohortFilter> = {}, asOf = AS_OF) =>
      (await cohorts.select({ filter: { status: 'failed', ...filter }, asOf, after: null, limit: 1_000 })).map(({ uuid }) => uuid)
    const pendingOf = async (cohortUuid: string) =>
      (await cohorts.pending({ cohortUuid, before: null, limit: 1_000 })).map(({ runUuid }) => runUuid)
    const itemsOf = (cohortUuid: string) => cohorts.items({ cohortUuid, outcome: null, after: null, limit: 1_000 })
    return { ...tested, failed, within, selected, pendingOf, itemsOf }
  }

  describe(`${name}: what every store of cohorts does`, () => {
    test('narrows by every filter, alone and together', async () => {
      const { failed, selected } = await opened()
      const groupUuid = newId()
      const plain = await failed({ createdAt: T0 })
      const other = await failed({ createdAt: T0 + 1, process: 're-enroll' })
      const code = await failed({ createdAt: T0 + 2 }, { errorCode: 'X_BROKE' })
      const school = await failed({ createdAt: T0 + 3, scopeId: 's2', groupUuid })
      const late = await failed({ createdAt: T0 + 4 }, { updatedAt: T0 + 9_000 })
      const cancelled = await failed({ createdAt: T0 + 5, groupUuid }, { status: 'cancelled' })
      const all = [plain, other, code, school, late]

      expect(await selected()).toEqual(all)
      expect(await selected({ status: 'cancelled' })).toEqual([cancelled])
      expect(await selected({ process: 're-enroll' })).toEqual([other])
      expect(await selected({ errorCode: 'X_BROKE' })).toEqual([code])
      expect(await selected({ scopeId: 's2' })).toEqual([school])
      expect(await selected({ groupUuid })).toEqual([school])
      expect(await selected({ createdFrom: T0 + 1, createdTo: T0 + 3 })).toEqual([other, code])
      expect(await selected({ endedFrom: T0 + 9_000 })).toEqual([late])
      expect(await selected({ endedFrom: T0 + 500, endedTo: T0 + 9_000 })).toEqual([plain, other, code, school])
      expect(await selected({ endedTo: T0 + 500 })).toEqual([])
      expect(await selected({ process: 'account-create', errorCode: 'X_FAILED', scopeId: 's2', groupUuid })).toEqual([school])
      expect(await selected({ process: 're-enroll', scopeId: 's2' })).toEqual([])
    })

    test('tells the state in which a run ended, whatever came after that or in earlier lives', async () => {
      const { cohorts, failed, ledger, selected, within } = await opened()
      const first = await failed()
      const second = await failed({}, { state: 'SECOND' })
      await ledger.append(eventOf({ uuid: first }, { state: 'ELSEWHERE', status: 'superseded', version: 1 }))
      const run = newRun()
      await insert({ ledger }, run)
      const inSecond = eventOf(run, { state: 'SECOND', version: 2, status: 'failed' })
      await ledger.commit([advance(run, { events: [eventOf(run, { state: 'FIRST' })] })])
      await ledger.commit([
        end(run, {
          expectedVersion: 2,
          version: 3,
          events: [
            { ...inSecond, status: 'not_yet' },
            { ...inSecond, id: newId() },
          ],
        }),
      ])

      expect(await selected({ endedIn: 'FIRST' })).toEqual([first])
      expect(await selected({ endedIn: 'SECOND' })).toEqual([second, run.uuid])
      expect(await selected({ endedIn: 'SECOND', process: 're-enroll' })).toEqual([])
      expect(await selected({ endedIn: 'FAILED' })).toEqual([])
      await within((tx) => cohorts.add(tx, { cohortUuid: 'c', runUuids: [first, run.uuid, 'gone'] }))
      expect(await cohorts.pending({ cohortUuid: 'c', before: null, limit: 9 })).toEqual([
        { runUuid: 'gone', ended: null },
        { runUuid: run.uuid, ended: { version: 3, state: 'SECOND' } },
        { runUuid: first, ended: { version: 2, state: 'FIRST' } },
      ])
    })

    test('means only what had ended by then, and never a cohort', async () => {
      const { failed, ledger, selected } = await opened()
      const early = await failed()
      await failed({}, { updatedAt: T0 + 501 })
      await failed({ process: replayCohort.name })
      const [live, done] = [newRun(), newRun()]
      await insert({ ledger }, live, done)
      await ledger.commit([complete(done)])
      expect(await selected({}, T0 + 500)).toEqual([early])
      expect(await selected({}, T0 + 499)).toEqual([])
    })

    test('selects page by page, with no run twice and none left out', async () => {
      const { cohorts, failed } = await opened()
      const uuids: string[] = []
      for (const minute of [1, 3, 3, 3, 2]) uuids.push(await failed({ createdAt: T0 + minute }))
      const expected = [0, 4, 1, 2, 3].map((index) => uuids[index])
      const pages: string[][] = []
      for (let after: Awaited<ReturnType<CohortStore['select']>>[number] | null = null; ; ) {
        const page: readonly { createdAt: number; uuid: string }[] = await cohorts.select({
          filter: { status: 'failed', endedIn: 'FIRST' },
          asOf: AS_OF,
          after,
          limit: 2,
        })
        if (page.length === 0) break
        pages.push(page.map(({ uuid }) => uuid))
        after = page.at(-1) ?? null
      }
      expect(pages).toEqual([expected.slice(0, 2), expected.slice(2, 4), expected.slice(4)])
    })

    test('counts what it would select, by kind and by school', async () => {
      const { cohorts, failed } = await opened()
      for (const scopeId of ['s1', 's2', 's2', null]) await failed({ scopeId })
      await failed({ process: 're-enroll', scopeId: 's2' }, { state: 'SECOND', errorCode: null })
      const filter = { status: 'failed' } as const
      const counted = await cohorts.count({ filter, asOf: AS_OF, scopes: 2 })
      expect(counted.total).toBe(5)
      expect(counted.kinds.toSorted((a, b) => b.count - a.count)).toEqual([
        { process: 'account-create', endedIn: 'FIRST', errorCode: 'X_FAILED', count: 4 },
        { process: 're-enroll', endedIn: 'SECOND', errorCode: null, count: 1 },
      ])
      expect(counted.scopes).toHaveLength(2)
      expect(counted.scopes[0]).toEqual({ scopeId: 's2', count: 3 })
      expect(await cohorts.count({ filter: { ...filter, endedIn: 'SECOND' }, asOf: AS_OF, scopes: 20 })).toEqual({
        total: 1,
        kinds: [{ process: 're-enroll', endedIn: 'SECOND', errorCode: null, count: 1 }],
        scopes: [{ scopeId: 's2', count: 1 }],
      })
      expect(await cohorts.count({ filter: { ...filter, errorCode: 'NONE' }, asOf: AS_OF, scopes: 20 })).toEqual({
        total: 0,
        kinds: [],
        scopes: [],
      })
    })

    test('takes 2,500 runs into a cohort at once, and gives those that wait, newest first', async () => {
      const { cohorts, pendingOf, within } = await opened()
      const runUuids = Array.from({ length: 2_500 }, () => newId())
      await within((tx) => cohorts.add(tx, { cohortUuid: 'c', runUuids }))
      await within((tx) => cohorts.add(tx, { cohortUuid: 'other', runUuids: runUuids.slice(0, 1) }))
      const newestFirst = runUuids.toSorted().toReversed()
      expect(await pendingOf('c')).toEqual(newestFirst.slice(0, 1_000))
      const next = await cohorts.pending({ cohortUuid: 'c', before: newestFirst[999] ?? '', limit: 2 })
      expect(next.map(({ runUuid }) => runUuid)).toEqual(newestFirst.slice(1_000, 1_002))
    })

    test('lets the first outcome of a run stand', async () => {
      const { cohorts, itemsOf, pendingOf, within } = await opened()
      const cohortUuid = 'c'
      await within((tx) => cohorts.add(tx, { cohortUuid, runUuids: ['r1', 'r2', 'r3'] }))
      const replay = (runUuid: string) => within((tx) => cohorts.markReplayed(tx, { cohortUuid, runUuid, at: T0 + 1 }))
      const refuse = (...runUuids: string[]) =>
        within((tx) =>
          cohorts.markRefused(tx, {
            cohortUuid,
            items: runUuids.map((runUuid) => ({ runUuid, errorCode: 'RUN_KEY_TAKEN', detail: `Another has it, not ${runUuid}.` })),
            at: T0 + 2,
          }),
        )
      expect(await replay('r1')).toBe(true)
      expect(await replay('r1')).toBe(false)
      expect(await replay('unknown')).toBe(false)
      await refuse()
      await refuse('r1', 'r2', 'unknown')
      expect(await replay('r2')).toBe(false)

      const none = { errorCode: null, detail: null }
      expect(await itemsOf(cohortUuid)).toEqual([
        { runUuid: 'r1', outcome: 'replayed', ...none, at: T0 + 1 },
        { runUuid: 'r2', outcome: 'refused', errorCode: 'RUN_KEY_TAKEN', detail: 'Another has it, not r2.', at: T0 + 2 },
        { runUuid: 'r3', outcome: 'pending', ...none, at: null },
      ])
      expect(await pendingOf(cohortUuid)).toEqual(['r3'])
    })

    test('sums up the outcomes, and where the replayed runs stand today', async () => {
      const { cohorts, failed, ledger, within } = await opened()
      const live = newRun()
      await insert({ ledger }, live)
      const again = await failed()
      const runUuids = [live.uuid, again, 'gone', 'r4', 'r5', 'r6']
      await within((tx) => cohorts.add(tx, { cohortUuid: 'c', runUuids }))
      for (const runUuid of runUuids.slice(0, 3)) await within((tx) => cohorts.markReplayed(tx, { cohortUuid: 'c', runUuid, at: T0 }))
      const items = ['r4', 'r5'].map((runUuid) => ({ runUuid, errorCode: 'RUN_CHANGED', detail: '' }))
      await within((tx) => cohorts.markRefused(tx, { cohortUuid: 'c', items, at: T0 }))

      const outcomes = await cohorts.outcomes('c')
      expect(outcomes.items.toSorted((a, b) => b.count - a.count)).toEqual([
        { outcome: 'replayed', errorCode: null, count: 3 },
        { outcome: 'refused', errorCode: 'RUN_CHANGED', count: 2 },
        { outcome: 'pending', errorCode: null, count: 1 },
      ])
      expect(outcomes.replayed).toHaveLength(3)
      expect(outcomes.replayed).toEqual(
        expect.arrayContaining([
          { status: 'new', count: 1 },
          { status: 'failed', count: 1 },
          { status: null, count: 1 },
        ]),
      )
      expect(await cohorts.outcomes('unknown')).toEqual({ items: [], replayed: [] })
    })

    test('lists the items of one outcome page by page', async () => {
      const { cohorts, within } = await opened()
      await within((tx) => cohorts.add(tx, { cohortUuid: 'c', runUuids: ['r3', 'r1', 'r4', 'r2'] }))
      await within((tx) => cohorts.markReplayed(tx, { cohortUuid: 'c', runUuid: 'r2', at: T0 }))
      const page = async (after: string | null, outcome: 'pending' | null = 'pending') =>
        (await cohorts.items({ cohortUuid: 'c', outcome, after, limit: 2 })).map(({ runUuid }) => runUuid)
      expect(await page(null)).toEqual(['r1', 'r3'])
      expect(await page('r3')).toEqual(['r4'])
      expect(await page('r1', null)).toEqual(['r2', 'r3'])
    })

    test('writes nothing for a transition that comes too late', async () => {
      const { cohorts, itemsOf, ledger, within } = await opened()
      await within((tx) => cohorts.add(tx, { cohortUuid: 'c', runUuids: ['r1'] }))
      const stale = newRun()
      await insert({ ledger }, stale)
      const lost = await ledger.commitWith({
        transition: advance(stale, { expectedVersion: 7 }),
        write: async (tx) => void (await cohorts.markReplayed(tx, { cohortUuid: 'c', runUuid: 'r1', at: T0 })),
        start: [],
      })
      expect(lost).toBe(false)
      expect(await itemsOf('c')).toMatchObject([{ outcome: 'pending' }])
    })
  })
}
