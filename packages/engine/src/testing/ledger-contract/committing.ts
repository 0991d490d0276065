import { describe, expect, test } from 'vitest'
import { advance, end, eventOf, insert, newId, newRun, opened, read, T0 } from './builders.ts'
import type { OpenLedger } from './ledger-contract.ts'

export function describeCommitting(open: OpenLedger): void {
  describe('commit', () => {
    test('writes the whole after-image and appends the events', async () => {
      const tested = await opened(open)
      const run = newRun()
      await insert(tested, run)
      const before = await read(tested, run)
      const transition = advance(run, {
        pollingUuid: 'order-7',
        attempt: 2,
        errorCode: 'X_BUSY',
        errorMessage: 'X was busy.',
        events: [
          eventOf(run, { status: 'not_yet', count: 7 }),
          eventOf(run, { submittedData: { a: 1 }, receivedData: { b: [true, null] } }),
        ],
      })

      expect(await tested.ledger.commit([transition])).toEqual(new Set([run.uuid]))

      const { events, expectedVersion, expectedAttempt, ...after } = transition
      expect(await read(tested, run)).toEqual({ ...before, ...after })
      expect(await tested.history(run.uuid)).toEqual(events)
    })

    test('applies those whose version still stands, and only their events', async () => {
      const tested = await opened(open)
      const [stale, fresh] = [newRun(), newRun()]
      await insert(tested, stale, fresh)
      await tested.ledger.commit([advance(stale)])

      const applied = await tested.ledger.commit([
        advance(stale, { state: 'LOST', version: 2 }),
        advance(fresh),
        advance(newRun(), { state: 'NOWHERE' }),
      ])

      expect(applied).toEqual(new Set([fresh.uuid]))
      expect((await read(tested, stale)).state).toBe('SECOND')
      expect(await tested.history(stale.uuid)).toHaveLength(1)
      expect(await tested.history(fresh.uuid)).toHaveLength(1)
    })

    test('lets a retry lose against a change of the attempt', async () => {
      const tested = await opened(open)
      const run = newRun()
      await insert(tested, run)
      const retry = advance(run, { state: 'FIRST', version: 1, attempt: 1, expectedAttempt: 0 })

      expect((await tested.ledger.commit([retry])).size).toBe(1)
      expect((await tested.ledger.commit([{ ...retry, events: [eventOf(run)] }])).size).toBe(0)

      expect((await read(tested, run)).attempt).toBe(1)
      expect(await tested.history(run.uuid)).toHaveLength(1)
    })

    test('refuses a run that is named twice, without any effect', async () => {
      const tested = await opened(open)
      const [run, other] = [newRun(), newRun()]
      await insert(tested, run, other)

      await expect(tested.ledger.commit([advance(run), advance(other), advance(run, { state: 'THIRD' })])).rejects.toThrow()

      expect((await tested.ledger.read([run.uuid, other.uuid])).map(({ version }) => version)).toEqual([1, 1])
      expect(await tested.history(run.uuid)).toEqual([])
    })

    test('throws without any effect if one of many cannot be written', async () => {
      const tested = await opened(open)
      const runs = Array.from({ length: 5 }, () => newRun())
      const holder = newRun({ liveKey: 'taken' })
      await insert(tested, holder, ...runs)
      const flush = runs.map((run, index) => advance(run, index === 2 ? { liveKey: 'taken' } : {}))

      await expect(tested.ledger.commit(flush)).rejects.toThrow()

      const after = await tested.ledger.read(runs.map(({ uuid }) => uuid))
      expect(after.map(({ version }) => version)).toEqual([1, 1, 1, 1, 1])
      expect(await Promise.all(runs.map(({ uuid }) => tested.history(uuid)))).toEqual([[], [], [], [], []])
    })

    test('lets exactly one of two commits of the same version win', async () => {
      const tested = await opened(open)
      const runs = Array.from({ length: 20 }, () => newRun())
      await insert(tested, ...runs)

      const [a, b] = await Promise.all([
        tested.ledger.commit(runs.map((run) => advance(run, { state: 'A' }))),
        tested.ledger.commit(runs.toReversed().map((run) => advance(run, { state: 'B' }))),
      ])

      expect(a.size + b.size).toBe(20)
      expect(runs.filter(({ uuid }) => a.has(uuid) && b.has(uuid))).toEqual([])
      for (const run of runs) expect((await read(tested, run)).state).toBe(a.has(run.uuid) ? 'A' : 'B')
    })

    test('has nothing to do for an empty flush', async () => {
      const tested = await opened(open)
      expect(await tested.ledger.commit([])).toEqual(new Set())
      expect(await tested.ledger.read([])).toEqual([])
    })
  })

  describe('commitWith', () => {
    test('commits the transition, the writes and the runs to start together', async () => {
      const tested = await opened(open)
      const [run, started] = [newRun(), newRun()]
      await insert(tested, run)
      let writes = 0

      const applied = await tested.ledger.commitWith({
        transition: advance(run),
        write: async () => void writes++,
        start: [started],
      })

      expect([applied, writes]).toEqual([true, 1])
      expect(await read(tested, run)).toMatchObject({ state: 'SECOND', version: 2 })
      expect(await read(tested, started)).toMatchObject({ status: 'new', version: 1 })
      expect(await tested.history(run.uuid)).toHaveLength(1)
    })

    test('writes nothing for a version that is gone', async () => {
      const tested = await opened(open)
      const [run, started] = [newRun(), newRun()]
      await insert(tested, run)
      await tested.ledger.commit([advance(run)])
      let writes = 0

      const applied = await tested.ledger.commitWith({
        transition: advance(run, { state: 'LATE' }),
        write: async () => void writes++,
        start: [started],
      })

      expect([applied, writes]).toEqual([false, 0])
      expect((await read(tested, run)).state).toBe('SECOND')
      expect(await tested.ledger.read([started.uuid])).toEqual([])
      expect(await tested.history(run.uuid)).toHaveLength(1)
    })

    test('leaves nothing behind when the writes fail', async () => {
      const tested = await opened(open)
      const [run, started] = [newRun(), newRun()]
      await insert(tested, run)
      const fault = new Error('the business tables refused')

      const attempt = tested.ledger.commitWith({
        transition: advance(run),
        write: async () => {
          throw fault
        },
        start: [started],
      })

      await expect(attempt).rejects.toBe(fault)
      expect((await read(tested, run)).version).toBe(1)
      expect(await tested.ledger.read([started.uuid])).toEqual([])
      expect(await tested.history(run.uuid)).toEqual([])
    })

    test('leaves out a run to start whose natural key is taken', async () => {
      const tested = await opened(open)
      const [run, holder] = [newRun(), newRun({ liveKey: 're-enroll|p1' })]
      await insert(tested, run, holder)
      const [doubled, other] = [newRun({ liveKey: 're-enroll|p1' }), newRun({ liveKey: 're-enroll|p2' })]

      expect(await tested.ledger.commitWith({ transition: advance(run), write: null, start: [doubled, other] })).toBe(true)

      expect(await tested.ledger.read([doubled.uuid])).toEqual([])
      expect(await tested.ledger.read([other.uuid])).toHaveLength(1)
    })

    test('starts a run under the natural key that the ending run gives up', async () => {
      const tested = await opened(open)
      const run = newRun({ liveKey: 'sweep|1' })
      await insert(tested, run)
      const next = newRun({ liveKey: 'sweep|1' })

      await tested.ledger.commitWith({ transition: end(run), write: null, start: [next] })

      expect(await tested.ledger.read([next.uuid])).toHaveLength(1)
    })
  })

  describe('append', () => {
    test('adds an event without touching the run', async () => {
      const tested = await opened(open)
      const run = newRun()
      await insert(tested, run)
      const before = await read(tested, run)
      const event = eventOf(run, { id: newId(), status: 'superseded', createdAt: T0 + 7 })

      await tested.ledger.append(event)

      expect(await tested.history(run.uuid)).toEqual([event])
      expect(await read(tested, run)).toEqual(before)
    })

    test('adds an event of the same version and code once only if asked so', async () => {
      const tested = await opened(open)
      const run = newRun()
      await insert(tested, run)
      const codes = ['X_BUSY', 'X_BUSY', 'X_GONE', null, null]

      for (const errorCode of codes) await tested.ledger.append(eventOf(run, { errorCode }), { once: true })
      await tested.ledger.append(eventOf(run, { errorCode: 'X_GONE' }))
      await tested.ledger.append(eventOf(run, { errorCode: 'X_BUSY', version: 2 }), { once: true })

      const history = await tested.history(run.uuid)
      expect(history.map(({ errorCode, version }) => [errorCode, version])).toEqual([
        ['X_BUSY', 1],
        ['X_GONE', 1],
        [null, 1],
        ['X_GONE', 1],
        ['X_BUSY', 2],
      ])
    })
  })
}
