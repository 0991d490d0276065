import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { classifyError } from './classify-error.ts'
import { decide } from './decide.ts'
import { engineErrors, TerminalError, TransientError } from './errors.ts'
import { clip, createEvent, foldHistory, withReceived } from './history.ts'
import { createIds } from './ids.ts'
import type { JsonObject } from './json.ts'
import { prepareRun } from './prepare-run.ts'
import { rowOf } from './process-table.ts'
import type { EventStatus, RunEvent } from './run.ts'
import { aRun } from './test-support/a-run.ts'
import { shopping } from './test-support/shopping.ts'
import { createInMemoryLedger } from './testing/in-memory-ledger.ts'
import { createVirtualClock } from './testing/virtual-clock.ts'
import type { WorkResult } from './work-result.ts'

describe('an event', () => {
  const draft = { id: 'e', at: 5, run: aRun(), operationType: 'ORDERED_GOODS', status: 'success' } as const

  test('holds nothing secret', () => {
    const event = createEvent({ ...draft, submitted: { user: 'x', password: 'p' }, received: { accessToken: 't' } })
    expect([event.submittedData, event.receivedData]).toEqual([{ user: 'x', password: '[redacted]' }, { accessToken: '[redacted]' }])
  })

  test('has nulls for whatever was not said', () => {
    expect(createEvent(draft)).toMatchObject({
      ...{ submittedData: null, receivedData: null, errorCode: null, errorMessage: null, durationMs: null, count: null },
      ...{ runUuid: aRun().uuid, state: 'ORDER', version: 2, attempt: 0, createdAt: 5 },
    })
  })

  test('keeps a duration of nothing and a message of the length that its column has', () => {
    const error = { errorCode: engineErrors.RESULT_MISSING, message: 'x'.repeat(1_001) }
    expect(createEvent({ ...draft, durationMs: 0, error })).toMatchObject({ durationMs: 0, errorMessage: `${'x'.repeat(999)}…` })
    expect(clip('x'.repeat(1_000))).toHaveLength(1_000)
  })
})

describe('the fold of a history', () => {
  function event(state: string, receivedData: JsonObject | null, status: EventStatus = 'success'): RunEvent {
    const draft = { id: 'e', at: 0, run: aRun({ state }), operationType: 'X', status }
    return { ...createEvent(draft), receivedData }
  }

  test('takes the latest success of each state, and nothing else', () => {
    const history = [
      event('A', { try: 1 }),
      event('A', { try: 2 }, 'failed'),
      event('A', { try: 3 }, 'superseded'),
      event('B', { b: 1 }),
      event('A', { try: 4 }),
      event('B', null),
      event('C', { note: 1 }, 'note'),
    ]
    expect(foldHistory(history)).toEqual({ A: { try: 4 }, B: { b: 1 } })
  })

  test('leaves the result that it adds to as it was', () => {
    const before = Object.freeze({ A: { x: 1 } })
    expect(withReceived(before, { state: 'B', receivedData: { y: 2 } })).toEqual({ A: { x: 1 }, B: { y: 2 } })
    expect(before).toEqual({ A: { x: 1 } })
  })
})

test('the result of a run equals the fold of its history, whatever happens to it', async () => {
  const step = fc.record({
    what: fc.constantFrom('answer', 'answer', 'answer', 'notYet', 'terminal', 'transient', 'refused', 'cancelled', 'superseded'),
    pick: fc.nat({ max: 9 }),
    received: fc.option(fc.record({ orderId: fc.string({ maxLength: 3 }), secretKey: fc.string({ maxLength: 3 }) }), { nil: undefined }),
    elapsedMs: fc.constantFrom(0, 10, 3_600_000),
    looks: fc.nat({ max: 3 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const ledger = createInMemoryLedger()
      const clock = createVirtualClock()
      const newId = createIds(clock)
      const first = prepareRun({
        process: shopping,
        input: { customer: 'c' },
        groupUuid: 'g',
        requestedBy: 't',
        priority: 1,
        now: clock.now(),
        newId,
      })
      await ledger.accept({ groupUuid: 'g', request: null, runs: [first] })
      for (const { what, pick, received, elapsedMs, looks } of steps) {
        clock.moveTo(clock.now() + elapsedMs)
        const run = ledger.run(first.uuid)
        if (run.dueAt === null) break
        const outcomes = Object.keys(rowOf(shopping, run.state).next)
        const answer = { outcome: outcomes[pick % outcomes.length] ?? '', ...(received && { received }) }
        const answered: WorkResult = { kind: 'answer', answer }
        const happenings: Record<string, WorkResult> = {
          answer: answered,
          superseded: answered,
          notYet: { kind: 'notYet', afterMs: null },
          cancelled: { kind: 'cancelled' },
          terminal: { kind: 'error', error: classifyError(new TerminalError(engineErrors.RESULT_MISSING)) },
          transient: { kind: 'error', error: classifyError(new TransientError(engineErrors.UNEXPECTED_ERROR)) },
          refused: { kind: 'error', error: classifyError(new Error('x')), answer },
        }
        const happened = happenings[what] ?? answered
        const now = clock.now()
        const decision = decide({ process: shopping, run, happened, looks, durationMs: 1, resourceClosed: false, now, random: 0.5, newId })
        if (decision.kind === 'wait') {
          if (decision.event) await ledger.append(decision.event, { once: true })
        } else if (what === 'superseded') {
          const [event] = decision.transition.events.slice(-1)
          if (event) await ledger.append({ ...event, status: 'superseded' })
        } else {
          await ledger.commit([decision.transition])
        }
        expect(ledger.run(first.uuid).result).toEqual(foldHistory(ledger.history(first.uuid)))
      }
    }),
  )
})
