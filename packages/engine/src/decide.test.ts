import { describe, expect, test } from 'vitest'
import { MAX_VERSIONS } from './decide.ts'
import { engineErrors } from './errors.ts'
import type { Transaction } from './ledger.ts'
import { aRun } from './test-support/a-run.ts'
import { answer, aPoll, error, judge, notYet, transitionOf } from './test-support/judge.ts'
import { sweeping } from './test-support/shopping.ts'
import { STORY_START } from './testing/virtual-clock.ts'

const HOUR = 3_600_000

describe('an answer', () => {
  test('leads where the table says, with what it brought in the result and one event in the history', () => {
    const run = aRun()
    expect(judge(run, answer('ordered', { submitted: { goods: 3 }, received: { orderId: 'o7' }, pollingUuid: 'p9' }))).toEqual({
      kind: 'advance',
      transition: {
        uuid: run.uuid,
        expectedVersion: 2,
        expectedAttempt: null,
        state: 'POLL_ORDER',
        status: 'polling',
        completion: null,
        version: 3,
        attempt: 0,
        dueAt: STORY_START + 750,
        result: { RESERVE: { number: 7 }, ORDER: { orderId: 'o7' } },
        pollingUuid: 'p9',
        lastOperationStatus: 'success',
        errorCode: null,
        errorMessage: null,
        liveKey: 'shopping:c1',
        stateSince: STORY_START + 500,
        updatedAt: STORY_START + 500,
        events: [
          {
            id: 'event-1',
            runUuid: run.uuid,
            createdAt: STORY_START + 500,
            operationType: 'ORDERED_GOODS',
            status: 'success',
            state: 'ORDER',
            version: 2,
            attempt: 0,
            submittedData: { goods: 3 },
            receivedData: { orderId: 'o7' },
            errorCode: null,
            errorMessage: null,
            durationMs: 40,
            count: null,
          },
        ],
      },
      write: null,
      start: [],
      next: { state: 'POLL_ORDER', delayMs: 250 },
      failure: null,
    })
  })

  test('hands on its own writes and the runs that it starts', () => {
    const write = async (_tx: Transaction) => {}
    const start = [{ process: sweeping, input: { shelf: 'a' } }]
    expect(judge(aRun(), answer('ordered', { write, start }))).toMatchObject({ write, start })
  })

  test('ends the run: its natural key is free, and nothing is due any more', () => {
    const run = aRun({ state: 'STORE' })
    expect(judge(run, answer('stored'))).toMatchObject({
      transition: { state: 'COMPLETED', status: 'completed', completion: 'full', dueAt: null, liveKey: run.uuid },
      next: null,
      failure: null,
    })
  })

  test('completes the run partially where the table calls its outcome partial', () => {
    expect(transitionOf(judge(aRun({ state: 'STORE' }), answer('storedBare')))).toMatchObject({ completion: 'partial' })
  })

  test('keeps the poll handle of an earlier state, and what earlier states brought', () => {
    const run = aPoll({ pollingUuid: 'p9', result: { ORDER: { orderId: 'o7' } } })
    expect(transitionOf(judge(run, answer('ready', { received: { parcel: 'x' } })))).toMatchObject({
      pollingUuid: 'p9',
      result: { ORDER: { orderId: 'o7' }, POLL_ORDER: { parcel: 'x' } },
    })
  })

  test('is refused where its row does not list it, words that every object has among them', () => {
    expect(() => judge(aRun(), answer('delivered'))).toThrowErrorMatchingInlineSnapshot(
      `[Error: The handler of shopping.ORDER answered "delivered", which its row does not list.]`,
    )
    expect(() => judge(aRun(), answer('constructor'))).toThrow('which its row does not list')
  })

  test('clears the error of a try that failed before it, and keeps the reason why an earlier state was given up', () => {
    const blamed = { errorCode: 'X', errorMessage: 'X.' }
    expect(transitionOf(judge(aRun({ state: 'STORE', attempt: 2, ...blamed }), answer('stored')))).toMatchObject({ errorCode: null })
    expect(transitionOf(judge(aRun({ state: 'STORE', ...blamed }), answer('storedBare')))).toMatchObject(blamed)
  })

  test('saves a cursor where a state leads to itself, and its deadlines count from the first entry', () => {
    const run = aRun({ process: 'sweeping', state: 'SWEEP', stateSince: STORY_START - HOUR, result: {} })
    expect(judge(run, answer('more', { received: { page: 2 } }))).toMatchObject({
      transition: { state: 'SWEEP', version: 3, stateSince: STORY_START - HOUR, result: { SWEEP: { page: 2 } } },
      next: { state: 'SWEEP', delayMs: 900_000 },
    })
  })

  test('counts from the first entry too where the state had another name then', () => {
    const process = { ...sweeping, renamed: { BRUSH: 'SWEEP' } } as const
    const run = aRun({ process: 'sweeping', state: 'BRUSH', stateSince: STORY_START - HOUR })
    expect(transitionOf(judge(run, answer('more'), { process }))).toMatchObject({ state: 'SWEEP', stateSince: STORY_START - HOUR })
  })

  test('sums up the looks that found nothing in one row before its own', () => {
    expect(transitionOf(judge(aPoll(), answer('ready'), { looks: 8 })).events).toMatchObject([
      { id: 'event-1', status: 'not_yet', count: 8, durationMs: null, receivedData: null },
      { id: 'event-2', status: 'success', count: null, durationMs: 40 },
    ])
  })
})

describe('a run of too many versions', () => {
  const old = { version: MAX_VERSIONS }

  test('fails when it would change its state once more, and keeps what was done outside on record', () => {
    const decision = judge(aRun(old), answer('ordered', { submitted: { goods: 3 }, received: { orderId: 'o7' }, pollingUuid: 'p9' }))
    expect(decision).toMatchObject({
      kind: 'advance',
      transition: { state: 'FAILED', errorCode: 'TOO_MANY_VERSIONS', pollingUuid: 'p9', result: { RESERVE: { number: 7 } } },
      write: null,
      start: [],
      failure: { errorCode: engineErrors.TOO_MANY_VERSIONS },
    })
    expect(transitionOf(decision).events).toMatchObject([
      { status: 'failed', submittedData: { goods: 3 }, receivedData: { orderId: 'o7' } },
    ])
  })

  test('may still end, try again, look again and be cancelled', () => {
    expect(transitionOf(judge(aRun({ ...old, state: 'STORE' }), answer('stored'))).state).toBe('COMPLETED')
    expect(judge(aRun(old), error('transient')).kind).toBe('retry')
    expect(judge(aPoll(old), notYet).kind).toBe('wait')
    expect(transitionOf(judge(aRun(old), { kind: 'cancelled' })).state).toBe('UNDO_RESERVE')
    expect(transitionOf(judge(aRun(old), error('terminal')))).toMatchObject({ state: 'FAILED', errorCode: 'TERMINAL_FAULT' })
  })

  test('fails where it would be given up into another state', () => {
    expect(transitionOf(judge(aPoll(old), error('terminal')))).toMatchObject({ state: 'FAILED', errorCode: 'TOO_MANY_VERSIONS' })
  })

  test('is one of more than a thousand', () => {
    expect(transitionOf(judge(aRun({ version: MAX_VERSIONS - 1 }), answer('ordered'))).version).toBe(1_000)
  })
})

describe('not yet', () => {
  test('waits for the next look that the table plans, and writes nothing', () => {
    expect(judge(aPoll(), notYet)).toEqual({ kind: 'wait', delayMs: 250, look: true, event: null })
  })

  test('waits for as long as the handler asks', () => {
    expect(judge(aPoll(), { kind: 'notYet', afterMs: 90_000 })).toMatchObject({ kind: 'wait', delayMs: 90_000 })
  })

  test('looks once more at the time to give up, however long the handler asks', () => {
    expect(judge(aPoll(), { kind: 'notYet', afterMs: 9 * HOUR })).toMatchObject({ delayMs: 2 * HOUR - 500 })
  })

  test('never looks again at once', () => {
    expect(judge(aPoll(), { kind: 'notYet', afterMs: 0 })).toMatchObject({ kind: 'wait', delayMs: 1 })
  })

  test('for too long gives the state up', () => {
    const decision = judge(aPoll({ stateSince: STORY_START + 500 - 2 * HOUR }), notYet, { looks: 250 })
    expect(decision).toMatchObject({
      transition: { state: 'STORE', errorCode: 'NOT_YET_FOR_TOO_LONG', lastOperationStatus: 'failed', attempt: 0 },
      next: { state: 'STORE', delayMs: 0 },
      failure: null,
    })
    expect(transitionOf(decision).events).toMatchObject([{ status: 'not_yet', count: 250 }, { errorCode: 'NOT_YET_FOR_TOO_LONG' }])
  })

  test('is not for too long while the resource is closed: its time will be given back', () => {
    const run = aPoll({ stateSince: STORY_START - 9 * HOUR })
    expect(judge(run, notYet, { resourceClosed: true })).toEqual({ kind: 'wait', delayMs: 30_000, look: true, event: null })
  })

  test('is known to a state that works, too', () => {
    expect(judge(aRun(), notYet)).toMatchObject({ kind: 'wait', delayMs: 500 })
  })

  test('in a row that knows none, which only an untyped handler can say, gives the state up', () => {
    expect(transitionOf(judge(aRun({ state: 'STORE' }), notYet))).toMatchObject({ state: 'FAILED', errorCode: 'NOT_YET_FOR_TOO_LONG' })
  })
})

describe('cancelling', () => {
  test('ends the run where its row names no other state', () => {
    const decision = judge(aRun({ state: 'STORE', errorCode: 'X', lastOperationStatus: 'failed' }), { kind: 'cancelled' })
    expect(decision).toMatchObject({
      transition: {
        state: 'CANCELLED',
        status: 'cancelled',
        dueAt: null,
        liveKey: aRun().uuid,
        errorCode: 'X',
        lastOperationStatus: 'failed',
      },
      next: null,
      failure: null,
    })
    expect(transitionOf(decision).events).toMatchObject([{ status: 'note', operationType: 'CANCELLED_ON_REQUEST', state: 'STORE' }])
  })

  test('goes to the state that undoes what was done', () => {
    expect(judge(aPoll(), { kind: 'cancelled' }, { looks: 3 })).toMatchObject({
      transition: { state: 'UNDO_ORDER', status: 'in_progress', events: [{ status: 'not_yet', count: 3 }, { status: 'note' }] },
      next: { state: 'UNDO_ORDER', delayMs: 0 },
    })
  })
})

test('a try that was interrupted leaves no trace, and its job is free for others at once', () => {
  expect(judge(aRun(), { kind: 'interrupted' })).toEqual({ kind: 'wait', delayMs: 0, look: false, event: null })
})

test('a decision depends on nothing but what it is given', () => {
  const run = Object.freeze(aRun())
  expect(judge(run, answer('ordered'))).toEqual(judge(run, answer('ordered')))
})
