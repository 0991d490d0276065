import { describe, expect, test } from 'vitest'
import type { ReplayInput } from '../../ledger.ts'
import type { NewRun } from '../../run.ts'
import { advance, auditOf, complete, end, eventOf, insert, newId, newRun, opened, read, T0 } from './builders.ts'
import type { OpenLedger } from './ledger-contract.ts'

function replayOf(run: NewRun, overrides: Partial<ReplayInput> = {}): ReplayInput {
  return {
    uuid: run.uuid,
    expectedVersion: 2,
    state: 'FIRST',
    input: { personId: 'p1', corrected: true },
    liveKey: run.liveKey,
    subjectName: 'corrected name',
    scopeId: 'other-school',
    at: T0 + 60_000,
    event: eventOf(run, { status: 'note', version: 3 }),
    audit: auditOf(run.uuid),
    ...overrides,
  }
}

export function describeOperating(open: OpenLedger): void {
  describe('requestCancel', () => {
    test('marks a live run and answers it as it stands', async () => {
      const tested = await opened(open)
      const run = newRun()
      await insert(tested, run)

      const marked = await tested.ledger.requestCancel({ uuid: run.uuid, at: T0 + 5, audit: auditOf(run.uuid) })

      expect(marked).toMatchObject({ uuid: run.uuid, version: 1, state: 'FIRST', cancelRequestedAt: T0 + 5 })
      expect(await read(tested, run)).toEqual(marked)
    })

    test('keeps the first mark', async () => {
      const tested = await opened(open)
      const run = newRun()
      await insert(tested, run)
      await tested.ledger.requestCancel({ uuid: run.uuid, at: T0 + 5, audit: auditOf(run.uuid) })

      const again = await tested.ledger.requestCancel({ uuid: run.uuid, at: T0 + 9, audit: auditOf(run.uuid) })

      expect(again?.cancelRequestedAt).toBe(T0 + 5)
    })

    test('survives the transition that was under way', async () => {
      const tested = await opened(open)
      const run = newRun()
      await insert(tested, run)
      await tested.ledger.requestCancel({ uuid: run.uuid, at: T0 + 5, audit: auditOf(run.uuid) })

      await tested.ledger.commit([advance(run)])

      expect((await read(tested, run)).cancelRequestedAt).toBe(T0 + 5)
    })

    test('leaves an ended run as it is, and answers null where there is none', async () => {
      const tested = await opened(open)
      const run = newRun()
      await insert(tested, run)
      await tested.ledger.commit([end(run)])

      expect(await tested.ledger.requestCancel({ uuid: run.uuid, at: T0 + 5, audit: auditOf(run.uuid) })).toMatchObject({
        status: 'failed',
        cancelRequestedAt: null,
      })
      expect(await tested.ledger.requestCancel({ uuid: newId(), at: T0 + 5, audit: auditOf('none') })).toBeNull()
    })
  })

  describe('replay', () => {
    test('starts a failed run again under its natural key, with a new version and the corrected input', async () => {
      const tested = await opened(open)
      const run = newRun()
      await insert(tested, run)
      await tested.ledger.requestCancel({ uuid: run.uuid, at: T0 + 5, audit: auditOf(run.uuid) })
      await tested.ledger.commit([end(run)])
      const input = replayOf(run)

      const result = await tested.ledger.replay(input)

      expect(result).toMatchObject({
        kind: 'replayed',
        run: {
          state: 'FIRST',
          status: 'in_progress',
          version: 3,
          attempt: 0,
          dueAt: T0 + 60_000,
          stateSince: T0 + 60_000,
          updatedAt: T0 + 60_000,
          input: { personId: 'p1', corrected: true },
          result: { FIRST: { ok: true } },
          liveKey: run.liveKey,
          subjectName: 'corrected name',
          scopeId: 'other-school',
          errorCode: null,
          errorMessage: null,
          cancelRequestedAt: null,
          createdAt: T0,
        },
      })
      expect(result.kind === 'replayed' && result.run).toEqual(await read(tested, run))
      expect((await tested.history(run.uuid)).at(-1)).toEqual(input.event)
    })

    test('takes up a run in a state that waits as a run that waits', async () => {
      const tested = await opened(open)
      const run = newRun()
      await insert(tested, run)
      await tested.ledger.commit([end(run)])

      const result = await tested.ledger.replay(replayOf(run, { status: 'waiting' }))

      expect(result).toMatchObject({ kind: 'replayed', run: { status: 'waiting' } })
      expect((await read(tested, run)).status).toBe('waiting')
    })

    test('takes the run out of its school’s open ones when it ends, and back among those of the school that it goes on for', async () => {
      const tested = await opened(open)
      const [run, cancelled] = [newRun(), newRun()]
      await insert(tested, run, cancelled)
      const openRuns = () => tested.ledger.openRuns(['s1', 'other-school'])
      expect(await openRuns()).toEqual(new Map([['s1', 2]]))

      await tested.ledger.commit([end(run), end(cancelled, { state: 'CANCELLED', status: 'cancelled' })])
      expect(await openRuns()).toEqual(new Map())

      await tested.ledger.replay(replayOf(run))
      expect(await openRuns()).toEqual(new Map([['other-school', 1]]))
    })

    test('lets the run go on in another lane, and keeps its own where none is named', async () => {
      const tested = await opened(open)
      const [moved, kept] = [newRun(), newRun()]
      await insert(tested, moved, kept)
      await tested.ledger.commit([end(moved), end(kept)])

      expect(await tested.ledger.replay(replayOf(moved, { priority: 2_001 }))).toMatchObject({ run: { priority: 2_001 } })
      await tested.ledger.replay(replayOf(kept))
      expect(await read(tested, moved)).toMatchObject({ priority: 2_001 })
      expect(await read(tested, kept)).toMatchObject({ priority: kept.priority })
    })

    test('is undone by whoever writes with it and cannot, who is asked only while the version stands', async () => {
      const tested = await opened(open)
      const run = newRun()
      await insert(tested, run)
      await tested.ledger.commit([end(run)])
      const failed = await read(tested, run)
      let asked = 0
      const write = async () => {
        asked += 1
        throw new Error('settled already')
      }

      await expect(tested.ledger.replay(replayOf(run, { write }))).rejects.toThrow('settled already')
      expect(await read(tested, run)).toEqual(failed)
      expect(await tested.history(run.uuid)).toHaveLength(1)
      expect(await tested.ledger.replay(replayOf(run, { write, expectedVersion: 1 }))).toEqual({ kind: 'changed' })
      expect(asked).toBe(1)
    })

    test('refuses a version that the operator did not see, and a run that lives', async () => {
      const tested = await opened(open)
      const [failed, live] = [newRun(), newRun()]
      await insert(tested, failed, live)
      await tested.ledger.commit([end(failed), advance(live)])

      expect(await tested.ledger.replay(replayOf(failed, { expectedVersion: 1 }))).toEqual({ kind: 'changed' })
      expect(await tested.ledger.replay(replayOf(live))).toEqual({ kind: 'changed' })
      expect(await tested.ledger.replay(replayOf(newRun()))).toEqual({ kind: 'changed' })
      expect((await read(tested, failed)).status).toBe('failed')
      expect(await tested.history(failed.uuid)).toHaveLength(1)
    })

    test('refuses a natural key that a live run has', async () => {
      const tested = await opened(open)
      const [failed, live] = [newRun({ liveKey: 'k' }), newRun({ liveKey: 'k' })]
      await insert(tested, failed)
      await tested.ledger.commit([end(failed)])
      await insert(tested, live)

      expect(await tested.ledger.replay(replayOf(failed))).toEqual({ kind: 'taken', byUuid: live.uuid })
      expect((await read(tested, failed)).status).toBe('failed')
    })

    test('refuses a natural key whose work a later run has completed, not one whose run failed too', async () => {
      const tested = await opened(open)
      const [first, second, third] = [newRun({ liveKey: 'k' }), newRun({ liveKey: 'k' }), newRun({ liveKey: 'k' })]
      await insert(tested, first)
      await tested.ledger.commit([end(first)])
      await insert(tested, second)
      await tested.ledger.commit([end(second, { updatedAt: T0 + 700 })])
      expect(await tested.ledger.replay(replayOf(first))).toMatchObject({ kind: 'replayed' })
      await tested.ledger.commit([end(first, { expectedVersion: 3, version: 4, updatedAt: T0 + 61_000 })])
      await insert(tested, third)
      await tested.ledger.commit([complete(third, { updatedAt: T0 + 62_000 })])

      expect(await tested.ledger.replay(replayOf(first, { expectedVersion: 4 }))).toEqual({ kind: 'taken', byUuid: third.uuid })
    })

    test('lets one of two operators win', async () => {
      const tested = await opened(open)
      const run = newRun()
      await insert(tested, run)
      await tested.ledger.commit([end(run)])

      const results = await Promise.all([tested.ledger.replay(replayOf(run)), tested.ledger.replay(replayOf(run))])

      expect(results.map(({ kind }) => kind).sort()).toEqual(['changed', 'replayed'])
    })
  })
}
