import { describe, expect, test } from 'vitest'
import { engineErrors } from './errors.ts'
import type { Run } from './run.ts'
import { aRun } from './test-support/a-run.ts'
import { answer, aPoll, aSweep, error, errorOf, judge, transitionOf } from './test-support/judge.ts'
import { shopping } from './test-support/shopping.ts'
import { STORY_START } from './testing/virtual-clock.ts'
import type { WorkResult } from './work-result.ts'

const HOUR = 3_600_000

describe('a transient error', () => {
  test('spends an attempt, and draws the pause from the whole ceiling', () => {
    const run = aRun({ status: 'new' })
    const decision = judge(run, error('transient'))
    expect(decision).toMatchObject({
      kind: 'retry',
      delayMs: 1_000,
      transition: {
        ...{ expectedVersion: 2, expectedAttempt: 0, version: 2, attempt: 1, state: 'ORDER', status: 'in_progress' },
        ...{ dueAt: STORY_START + 1_500, lastOperationStatus: 'failed', errorCode: 'TRANSIENT_FAULT', errorMessage: 'Fault. Order 7.' },
        ...{ result: run.result, liveKey: run.liveKey, stateSince: run.stateSince, updatedAt: STORY_START + 500 },
      },
    })
    expect(transitionOf(decision).events).toMatchObject([{ status: 'failed', attempt: 0, version: 2, errorCode: 'TRANSIENT_FAULT' }])
  })

  test('is retried until its tries are used up, and then fails the run', () => {
    expect(judge(aRun({ attempt: 1 }), error('transient'))).toMatchObject({ kind: 'retry', delayMs: 3_000, transition: { attempt: 2 } })
    const last = judge(aRun({ attempt: 2 }), error('transient'))
    expect(last).toMatchObject({
      kind: 'advance',
      transition: { state: 'FAILED', status: 'failed', version: 3, attempt: 0, dueAt: null, errorCode: 'TRANSIENT_FAULT' },
      next: null,
      failure: errorOf('transient'),
    })
    expect(transitionOf(last)).toMatchObject({ expectedAttempt: null, completion: null, lastOperationStatus: 'failed' })
  })

  test('follows the standard policy where the row has none', () => {
    const undo = (attempt: number) => judge(aRun({ state: 'UNDO_ORDER', attempt }), error('transient'))
    expect(undo(5)).toMatchObject({ kind: 'retry', delayMs: 150_000 })
    expect(undo(6)).toMatchObject({ kind: 'advance', transition: { state: 'FAILED' } })
  })

  test('is not yet in a polling state, told once per code', () => {
    expect(judge(aPoll(), error('transient'))).toMatchObject({
      ...{ kind: 'wait', delayMs: 250, look: true },
      event: { status: 'failed', errorCode: 'TRANSIENT_FAULT', version: 3 },
    })
  })

  test('ends a polling state with its own code once the time is over', () => {
    const run = aPoll({ stateSince: STORY_START - 2 * HOUR })
    expect(transitionOf(judge(run, error('transient')))).toMatchObject({ state: 'STORE', errorCode: 'TRANSIENT_FAULT' })
  })

  test('spends nothing when a probe meets it: it is the resource that is ill', () => {
    expect(judge(aRun(), error('transient'), { resourceClosed: true })).toMatchObject({ kind: 'wait', delayMs: 30_000, look: false })
    const old = aPoll({ stateSince: STORY_START - 9 * HOUR })
    expect(judge(old, error('transient'), { resourceClosed: true })).toMatchObject({ kind: 'wait', delayMs: 30_000 })
  })

  test('that was met after the handler had answered keeps what it had done on record', () => {
    const happened: WorkResult = {
      kind: 'error',
      error: errorOf('transient'),
      answer: { outcome: 'ordered', submitted: { goods: 3 }, received: { orderId: 'o7' } },
    }
    const { events, result } = transitionOf(judge(aRun(), happened))
    expect(events).toMatchObject([{ status: 'failed', submittedData: { goods: 3 }, receivedData: { orderId: 'o7' } }])
    expect(result).toEqual({ RESERVE: { number: 7 } })
  })

  test('is clipped to what the columns hold', () => {
    const { errorMessage, events } = transitionOf(judge(aRun(), error('transient', { message: 'x'.repeat(5_000) })))
    expect(errorMessage).toHaveLength(1_000)
    expect(errorMessage?.endsWith('x…')).toBe(true)
    expect(events[0]?.errorMessage).toBe(errorMessage)
  })
})

describe('the death of a worker', () => {
  const died: WorkResult = { kind: 'error', error: { errorCode: engineErrors.WORKER_DIED, message: 'x' } }

  test('spends an attempt in a polling state too, so that a run cannot kill its workers for two hours', () => {
    expect(judge(aPoll(), died)).toMatchObject({ kind: 'retry', transition: { attempt: 1, errorCode: 'WORKER_DIED' } })
  })

  test('gives the state up once the tries are used up', () => {
    expect(judge(aPoll({ attempt: 6 }), died)).toMatchObject({ kind: 'advance', transition: { state: 'STORE', errorCode: 'WORKER_DIED' } })
  })
})

describe('a terminal error', () => {
  test('fails the run at its first try', () => {
    expect(judge(aRun(), error('terminal'))).toMatchObject({
      kind: 'advance',
      transition: {
        state: 'FAILED',
        status: 'failed',
        errorCode: 'TERMINAL_FAULT',
        errorMessage: 'Fault. Order 7.',
        result: aRun().result,
      },
      failure: errorOf('terminal'),
    })
  })

  test('goes where the row says that a state given up leads', () => {
    expect(judge(aPoll(), error('terminal'))).toMatchObject({
      transition: { state: 'STORE', status: 'in_progress', errorCode: 'TERMINAL_FAULT', lastOperationStatus: 'failed' },
      next: { state: 'STORE' },
      failure: null,
    })
  })

  test('completes the run partially where a state given up leads straight to COMPLETED', () => {
    const states = { ...shopping.states, ORDER: { ...shopping.states.ORDER, givenUp: 'COMPLETED' } }
    const decision = judge(aRun(), error('terminal'), { process: { ...shopping, states } })
    expect(decision).toMatchObject({
      transition: { state: 'COMPLETED', completion: 'partial', errorCode: 'TERMINAL_FAULT' },
      failure: null,
    })
  })
})

describe('being told to wait', () => {
  test.each([
    ['for as long as we were told', 17_000, 17_000],
    ['for a second at least, since no attempt is spent', 0, 1_000],
    ['half a minute where the time was not understood', Number.NaN, 30_000],
    ['half a minute where no time was named', undefined, 30_000],
  ])('waits %s', (_how, afterMs, delayMs) => {
    const more = afterMs === undefined ? {} : { afterMs }
    for (const run of [aRun({ attempt: 2 }), aPoll({ stateSince: 0 })]) {
      expect(judge(run, error('throttled', more))).toMatchObject({
        kind: 'wait',
        delayMs,
        look: false,
        event: { errorCode: 'THROTTLED_FAULT' },
      })
    }
  })
})

describe('being told to wait, where no resource gives the time back', () => {
  test('is a look at the time that was asked for, and not past the state’s own', () => {
    const wait = (run: Run) => judge(run, error('throttled', { afterMs: 40 * 60_000 }))
    expect(wait(aSweep())).toMatchObject({ kind: 'wait', look: true, delayMs: 40 * 60_000, event: { errorCode: 'THROTTLED_FAULT' } })
    expect(wait(aSweep({ stateSince: STORY_START - 24 * HOUR + 60_500 }))).toMatchObject({ kind: 'wait', delayMs: 60_000 })
    expect(wait(aSweep({ stateSince: STORY_START - 24 * HOUR }))).toMatchObject({
      ...{ kind: 'advance', transition: { state: 'FAILED', errorCode: 'THROTTLED_FAULT' } },
    })
  })
})

describe('a systemic error', () => {
  test('spends nothing, and lets the run stand back until its resource is closed', () => {
    expect(judge(aRun({ attempt: 2 }), error('systemic'))).toMatchObject({ kind: 'wait', delayMs: 15_000, look: false })
  })

  test('brings the run back ever more seldom while it lasts', () => {
    const minutes = [1, 10, 60].map((ago) => judge(aRun({ stateSince: STORY_START + 500 - ago * 60_000 }), error('systemic')))
    expect(minutes.map((decision) => decision.kind === 'wait' && decision.delayMs)).toEqual([22_500, 225_000, 450_000])
  })

  test('is told by the run’s own row where a state that looks has no resource, and waits from then on as long as the state may', () => {
    const first = judge(aSweep(), error('systemic'))
    expect(first).toMatchObject({ kind: 'retry', transition: { attempt: 1, errorCode: 'SYSTEMIC_FAULT', events: [{ status: 'failed' }] } })
    const told = aSweep({ attempt: 1, errorCode: 'SYSTEMIC_FAULT' })
    expect(judge(told, error('systemic'))).toMatchObject({ kind: 'wait', look: true, delayMs: 15 * 60_000 - 500 })
    expect(judge({ ...told, stateSince: STORY_START - 24 * HOUR }, error('systemic'))).toMatchObject({
      ...{ kind: 'advance', transition: { state: 'FAILED', errorCode: 'SYSTEMIC_FAULT' } },
    })
    expect(judge(told, answer('more'))).toMatchObject({ transition: { attempt: 0, errorCode: null } })
  })

  test('counts as a failed try where the state has no resource that could be closed', () => {
    expect(judge(aRun({ state: 'STORE' }), error('systemic'))).toMatchObject({ kind: 'retry', transition: { errorCode: 'SYSTEMIC_FAULT' } })
  })
})
