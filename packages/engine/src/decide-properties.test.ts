// What holds of every decision, whatever the table, the run and the answer: the single rules stand in decide.test.ts and decide-faults.test.ts.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type DecideInput, type Decision, decide, MAX_VERSIONS } from './decide.ts'
import { durationMs } from './duration.ts'
import type { ErrorKind } from './errors.ts'
import { foldHistory } from './history.ts'
import { isEnding, type ProcessDefinition, rowOf, stateToday, targetsOf } from './process-table.ts'
import type { Run, RunEvent } from './run.ts'
import { aRun } from './test-support/a-run.ts'
import { errorOf } from './test-support/judge.ts'
import { shopping, sweeping } from './test-support/shopping.ts'
import { STORY_START } from './testing/virtual-clock.ts'
import type { WorkResult } from './work-result.ts'

const ERROR_KINDS: readonly ErrorKind[] = ['terminal', 'transient', 'throttled', 'systemic']
const SECRET = 'hunter2-of-the-test'
const tables: readonly ProcessDefinition[] = [shopping, sweeping]

const received = fc.option(
  fc.record({ page: fc.nat(), password: fc.constant(SECRET), deep: fc.array(fc.record({ token: fc.constant(SECRET) })) }),
  {
    nil: undefined,
  },
)
const errors = fc
  .tuple(fc.constantFrom(...ERROR_KINDS), fc.option(fc.double({ min: -1, max: 1e12 }), { nil: undefined }), fc.string({ maxLength: 1_200 }))
  .map(([kind, afterMs, message]) => errorOf(kind, { message, ...(afterMs !== undefined && { afterMs }) }))

/** Whatever a try in this state can come to. */
function happenings(table: ProcessDefinition, state: string): fc.Arbitrary<WorkResult> {
  const { poll, next } = rowOf(table, state)
  const answers = fc
    .record({ outcome: fc.constantFrom(...Object.keys(next)), received, pollingUuid: fc.option(fc.string(), { nil: undefined }) })
    .map(({ outcome, received: data, pollingUuid }) => ({ outcome, ...(data && { received: data }), ...(pollingUuid && { pollingUuid }) }))
  return fc.oneof(
    answers.map((answer): WorkResult => ({ kind: 'answer', answer })),
    fc
      .record({ error: errors, answer: fc.option(answers, { nil: undefined }) })
      .map(({ error, answer }): WorkResult => ({ kind: 'error', error, ...(answer && { answer }) })),
    fc.constantFrom<WorkResult>({ kind: 'cancelled' }, { kind: 'interrupted' }),
    ...(poll ? [fc.option(fc.double({ min: -10, max: 1e10 })).map((afterMs): WorkResult => ({ kind: 'notYet', afterMs }))] : []),
  )
}

const inputs: fc.Arbitrary<DecideInput> = fc
  .constantFrom(...tables)
  .chain((table) => fc.tuple(fc.constant(table), fc.constantFrom(...Object.keys(table.states), ...Object.keys(table.renamed ?? {}))))
  .chain(([process, state]) =>
    fc.record({
      process: fc.constant(process),
      run: fc
        .record({
          version: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: MAX_VERSIONS - 1, max: MAX_VERSIONS + 1 })),
          attempt: fc.nat({ max: 10 }),
          status: fc.constantFrom('new', 'in_progress', 'polling'),
          // Clocks differ: a run may have come to its state a moment from now.
          stateSince: fc.integer({ min: STORY_START - 5_000, max: STORY_START + 5_000 }),
          errorCode: fc.constantFrom(null, 'X_FAILED'),
        })
        .map((changes) => Object.freeze(aRun({ process: process.name, state, ...changes }))),
      happened: happenings(process, state),
      looks: fc.nat({ max: 300 }),
      durationMs: fc.nat({ max: 60_000 }),
      resourceClosed: fc.boolean(),
      now: fc.oneof(fc.integer({ min: 0, max: 100_000_000 }), fc.constant(0)).map((ms) => STORY_START + ms),
      random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      newId: fc.constant(() => 'placeholder'),
    }),
  )
  .map((input) => ({ ...input, newId: createCountingIds() }))

function createCountingIds(): () => string {
  let ids = 0
  return () => {
    ids += 1
    return `event-${String(ids).padStart(6, '0')}`
  }
}

/** Most of what can happen, as often as fast-check likes. */
function always(claim: (input: DecideInput, decision: Decision) => void): void {
  fc.assert(
    fc.property(inputs, (input) => claim(input, decide(input))),
    { numRuns: 600 },
  )
}

function eventsOf(decision: Decision): readonly RunEvent[] {
  if (decision.kind === 'wait') return decision.event ? [decision.event] : []
  return decision.transition.events
}

describe('every decision', () => {
  test('is the same for the same input, which it leaves as it was', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const before = structuredClone({ run: input.run, happened: input.happened })
        const decisions = [1, 2].map(() => decide({ ...input, newId: createCountingIds() }))
        expect(decisions[0]).toEqual(decisions[1])
        expect({ run: input.run, happened: input.happened }).toEqual(before)
      }),
    )
  })

  test('leads to an ending or to a state of the table that the row names', () => {
    always(({ process, run }, decision) => {
      if (decision.kind !== 'advance') return
      const { state } = decision.transition
      const named = [...targetsOf(rowOf(process, run.state)), 'FAILED', 'CANCELLED']
      expect(named).toContain(state)
      expect(isEnding(state) || stateToday(process, state) === state).toBe(true)
    })
  })

  test('of a change moves the version by one, forgets the tries, and applies only to the version that it was made for', () => {
    always(({ run }, decision) => {
      if (decision.kind !== 'advance') return
      expect(decision.transition).toMatchObject({
        ...{ uuid: run.uuid, expectedVersion: run.version, version: run.version + 1, expectedAttempt: null, attempt: 0 },
      })
    })
  })

  test('of an ending leaves nothing due, frees the natural key, and says how it ended; any other keeps the run alive', () => {
    always(({ run }, decision) => {
      if (decision.kind !== 'advance') return
      const { transition, next, failure } = decision
      const ended = isEnding(transition.state)
      expect([transition.dueAt === null, next === null, transition.liveKey === run.uuid]).toEqual([ended, ended, ended])
      expect(['completed', 'failed', 'cancelled'].includes(transition.status)).toBe(ended)
      expect(transition.completion !== null).toBe(transition.state === 'COMPLETED')
      expect(failure !== null).toBe(transition.state === 'FAILED')
      expect(next?.state ?? transition.state).toBe(transition.state)
    })
  })

  test('of a retry counts one try more, stays where it is, and is due when the job is', () => {
    always(({ run, now }, decision) => {
      if (decision.kind !== 'retry') return
      const { transition, delayMs } = decision
      expect(transition).toMatchObject({
        ...{ state: run.state, version: run.version, expectedVersion: run.version, expectedAttempt: run.attempt, attempt: run.attempt + 1 },
        ...{ liveKey: run.liveKey, stateSince: run.stateSince, result: run.result, dueAt: now + delayMs },
      })
    })
  })

  test('waits a finite time that is never negative, and not at once after a look or a word from outside', () => {
    always(({ happened }, decision) => {
      const delayMs = decision.kind === 'advance' ? (decision.next?.delayMs ?? 0) : decision.delayMs
      expect(Number.isFinite(delayMs)).toBe(true)
      expect(delayMs).toBeGreaterThanOrEqual(0)
      if (decision.kind === 'wait' && happened.kind !== 'interrupted') expect(delayMs).toBeGreaterThan(0)
    })
  })

  test('looks no later than the row allows, unless the resource is closed', () => {
    always(({ process, run, now, resourceClosed }, decision) => {
      if (decision.kind !== 'wait' || !decision.look || resourceClosed) return
      const { poll } = rowOf(process, run.state)
      expect(now + decision.delayMs).toBeLessThanOrEqual(run.stateSince + durationMs(poll?.giveUpAfter ?? '0ms') + 1)
    })
  })

  test('writes down what happened under the version and state that it happened in, in the order of its ids, and nothing secret', () => {
    always(({ run }, decision) => {
      const events = eventsOf(decision)
      for (const event of events)
        expect(event).toMatchObject({ runUuid: run.uuid, state: run.state, version: run.version, attempt: run.attempt })
      const ids = events.map(({ id }) => id)
      expect(ids).toEqual([...new Set(ids)].toSorted())
      expect(JSON.stringify(decision)).not.toContain(SECRET)
      for (const { errorMessage } of events) expect(errorMessage?.length ?? 0).toBeLessThanOrEqual(1_000)
      if (decision.kind !== 'wait') expect(events.length).toBeGreaterThan(0)
    })
  })

  test('of a success, and of nothing else, adds to the result what its event brought', () => {
    always(({ run }, decision) => {
      if (decision.kind === 'wait') return
      const { events, result } = decision.transition
      expect(result).toEqual({ ...run.result, ...foldHistory(events) })
    })
  })

  test('moves the beginning of a state only where the state changes', () => {
    always(({ process, run, now }, decision) => {
      if (decision.kind !== 'advance') return
      const stays = decision.transition.state === stateToday(process, run.state)
      expect(decision.transition.stateSince).toBe(stays ? run.stateSince : now)
    })
  })
})

test('every run ends, whatever the outside answers, unless it holds the run back for ever', () => {
  // Being throttled, and everybody's trouble, spend no attempt: how long they last is for the resource's gate and its operator.
  const script = fc.infiniteStream(fc.tuple(fc.nat(), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })))
  fc.assert(
    fc.property(fc.constantFrom(...tables), fc.constantFrom<ErrorKind>('terminal', 'transient'), script, (process, kind, dice) => {
      const newId = createCountingIds()
      let run: Run = aRun({ process: process.name, state: process.start, version: 1, result: {} })
      let [now, looks, steps] = [STORY_START, 0, 0]
      const history: RunEvent[] = []
      while (run.dueAt !== null) {
        const [draw, random] = dice.next().value ?? [0, 0]
        const outcomes = Object.keys(rowOf(process, run.state).next)
        const choices: WorkResult[] = [
          ...outcomes.map((outcome): WorkResult => ({ kind: 'answer', answer: { outcome, received: { draw } } })),
          { kind: 'error', error: errorOf(kind) },
          ...(rowOf(process, run.state).poll ? [{ kind: 'notYet', afterMs: null } as const] : []),
        ]
        const happened = choices[draw % choices.length] ?? { kind: 'interrupted' }
        const decision = decide({ process, run, happened, looks, durationMs: 1, resourceClosed: false, now, random, newId })
        history.push(...eventsOf(decision))
        if (decision.kind === 'wait') {
          looks += decision.look ? 1 : 0
          now += Math.max(1, decision.delayMs)
        } else {
          const { events, expectedAttempt, expectedVersion, ...after } = decision.transition
          if (after.version > run.version) looks = 0
          run = { ...run, ...after }
          now = Math.max(now + 1, run.dueAt ?? now)
        }
        steps += 1
        if (steps > 1_000_000) throw new Error('It goes on for ever.')
      }
      expect(run.version).toBeLessThanOrEqual(MAX_VERSIONS + 1)
      expect(run.result).toEqual(foldHistory(history))
    }),
    { numRuns: 60 },
  )
})

test('a history that is read in two parts, or twice over, folds to the same result', () => {
  const event = fc
    .record({
      state: fc.constantFrom('A', 'B', 'C'),
      status: fc.constantFrom('success', 'failed', 'not_yet', 'superseded', 'note'),
      receivedData: fc.option(fc.dictionary(fc.string(), fc.nat())),
    })
    .map((some) => some as RunEvent)
  fc.assert(
    fc.property(fc.array(event), fc.array(event), (first, second) => {
      const whole = [...first, ...second]
      expect({ ...foldHistory(first), ...foldHistory(second) }).toEqual(foldHistory(whole))
      expect(foldHistory([...whole, ...whole])).toEqual(foldHistory(whole))
      expect(foldHistory(whole.filter(({ status }) => status === 'success'))).toEqual(foldHistory(whole))
    }),
  )
})
