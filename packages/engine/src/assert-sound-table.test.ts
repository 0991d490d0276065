import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { defineProcess } from './define-process.ts'
import type { PollPolicy, RetryPolicy } from './policy.ts'
import { rowOf, servesCancelling, stateToday } from './process-table.ts'

const base = {
  name: 'sample',
  input: z.object({ id: z.string() }),
  about: () => ({ type: 'T', subjectId: 's', subjectName: null, scopeId: null }),
}
const poll: PollPolicy = { first: '1s', factor: 2, max: '30s', giveUpAfter: '2h' }
const retry: RetryPolicy = { attempts: 3, first: '1s', max: '1m' }

/** What a table can say although the compiler would object: one of a computed name, or of no type. */
function pastTheCompiler<T>(value: unknown): T {
  return value as T
}

function defineOne(row: object, name = base.name, others: object = {}) {
  const sound = { A: { worker: 'create', next: { done: 'COMPLETED' } } } as const
  const states = pastTheCompiler<typeof sound>({ A: { ...sound.A, ...row }, ...others })
  return () => defineProcess({ ...base, name, start: 'A', states })
}

describe('a table is refused when its module loads', () => {
  test('where no path leads to a state', () => {
    const define = () =>
      defineProcess({
        ...base,
        start: 'A',
        states: { A: { worker: 'create', next: { done: 'COMPLETED' } }, B: { worker: 'create', next: { done: 'A' } } },
      })
    expect(define).toThrowErrorMatchingInlineSnapshot(`[Error: Process sample: no path leads to B.]`)
  })

  test('where a state that undoes things is reached by cancelling and by giving up', () => {
    const define = () =>
      defineProcess({
        ...base,
        start: 'ORDER',
        states: {
          ORDER: { worker: 'create', next: { ordered: 'COMPLETED' }, givenUp: 'UNDO', cancelled: 'UNDO' },
          UNDO: { worker: 'create', next: { undone: 'CANCELLED' } },
        },
      })
    expect(define).toThrowErrorMatchingInlineSnapshot(
      `[Error: Process sample: UNDO can be reached by cancelling and without it; make two states of it.]`,
    )
  })

  test('where what follows a cancelling leads back into the ordinary states', () => {
    const define = () =>
      defineProcess({
        ...base,
        start: 'ORDER',
        states: {
          ORDER: { worker: 'create', next: { ordered: 'STORE' }, cancelled: 'UNDO' },
          UNDO: { worker: 'create', next: { undone: 'STORE' } },
          STORE: { worker: 'persist', next: { stored: 'COMPLETED' } },
        },
      })
    expect(define).toThrow('STORE can be reached by cancelling and without it')
  })

  test('where a row names the whole fleet as its resource', () => {
    expect(defineOne({ resource: 'fleet' })).toThrowErrorMatchingInlineSnapshot(
      `[Error: Process sample, state A: every state needs the resource "fleet"; no row names it.]`,
    )
  })

  test.each([
    ['a pause of nothing', { poll: { ...poll, first: '0s' } }, 'first is 0s'],
    ['pauses that shrink', { poll: { ...poll, factor: 0.5 } }, 'factor 0.5'],
    ['pauses that are no number', { poll: { ...poll, factor: Number.NaN } }, 'factor NaN'],
    ['a ladder with a rung of nothing', { poll: { pauses: ['1m', '0ms'], giveUpAfter: '1d' } }, 'a pause is 0ms'],
    ['no time to wait', { poll: { ...poll, giveUpAfter: '0s' } }, 'giveUpAfter is 0s'],
    ['a malformed duration', { poll: { ...poll, max: '1e3s' } }, '"1e3s" is no duration'],
    ['no tries', { retry: { ...retry, attempts: 0 } }, '0 is no number of tries'],
    ['half a try', { retry: { ...retry, attempts: 1.5 } }, '1.5 is no number of tries'],
    ['tries that come closer and closer', { retry: { ...retry, factor: 0.1 } }, 'factor 0.1'],
    ['a time-out of nothing', { timeout: '0s' }, 'timeout is 0s'],
    ['a time-out that no timer can count', { timeout: '25d' }, '24h at most'],
    ['a poll worker without a plan', { worker: 'poll' }, 'needs a poll policy'],
    ['no way out', { next: {} }, 'no outcome leads anywhere'],
    ['a partial outcome that completes nothing', { next: { done: 'FAILED' }, partial: ['done'] }, 'does not lead to COMPLETED'],
  ])('where a row has %s', (_what, row, message) => {
    expect(defineOne(row)).toThrow(message)
    expect(defineOne(row)).toThrow('Process sample, state A')
  })

  test.each([
    ['a poll policy beside its signal', { poll }, 'it waits for a signal, so it has no poll'],
    ['tries beside its signal', { retry }, 'so it has no retry'],
    ['a resource beside its signal', { resource: 'graph' }, 'so it has no resource'],
    ['tokens beside its signal', { tokens: 1 }, 'so it has no tokens'],
    ['a time-out beside its signal', { timeout: '5s' }, 'so it has no timeout'],
    ['a deadline of nothing', { signal: { name: 'approval', deadline: '0s' } }, 'deadline is 0s'],
    ['a malformed deadline', { signal: { name: 'approval', deadline: '1w' } }, '"1w" is no duration'],
    ['a signal without a name', { signal: { name: '', deadline: '1d' } }, '"" cannot name a signal'],
    ['a signal that is named like a state', { signal: { name: 'APPROVAL', deadline: '1d' } }, 'expected kebab or camel case'],
    ['an outcome that no column takes', { next: { ['x'.repeat(61)]: 'COMPLETED' } }, 'may have 60 characters'],
    ['no way out of a wait', { next: {} }, 'no outcome leads anywhere'],
  ])('where a row has %s', (_what, row, message) => {
    const waiting = { worker: 'sync', signal: { name: 'approval', deadline: '1d' }, next: { approved: 'COMPLETED' }, ...row }
    const define = defineOne({ next: { done: 'B' } }, base.name, { B: waiting })
    expect(define).toThrow(message)
    expect(define).toThrow('Process sample, state B')
  })

  test('where it begins by waiting for a signal', () => {
    expect(defineOne({ signal: { name: 'approval', deadline: '1d' } })).toThrowErrorMatchingInlineSnapshot(
      `[Error: Process sample: it begins by waiting for a signal in A; begin with a state that works.]`,
    )
  })

  test('where a signal may come early that two states wait for', () => {
    const wait = (to: string, early: boolean) => ({
      worker: 'sync',
      signal: { name: 'approval', deadline: '1d', early },
      next: { approved: to },
    })
    expect(
      defineOne({ next: { done: 'B' } }, base.name, { B: wait('C', false), C: wait('COMPLETED', true) }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[Error: Process sample: C and B wait for the signal approval, so it cannot come early; name them apart.]`,
    )
    expect(defineOne({ next: { done: 'B' } }, base.name, { B: wait('C', false), C: wait('COMPLETED', false) })).not.toThrow()
  })

  test.each(['Sample', 'a:b', '{a}', '', '9lives', 'x'.repeat(61)])(
    'where "%s" is to name the process, and so its queues in Redis',
    (name) => {
      expect(defineOne({}, name)).toThrow('expected kebab-case')
    },
  )

  test.each(['lower', 'A-B', 'A.B', 'A:B'])('where "%s" is to name a state', (state) => {
    const sound = { A: { worker: 'create', next: { done: 'COMPLETED' } } } as const
    const states = { A: { worker: 'create', next: { done: state } }, [state]: { worker: 'create', next: { done: 'COMPLETED' } } }
    expect(() => defineProcess({ ...base, start: 'A', states: pastTheCompiler<typeof sound>(states) })).toThrow('expected UPPER_SNAKE')
  })

  test('where a renamed state leads nowhere, or names a state of today', () => {
    const states = { A: { worker: 'create', next: { done: 'B' } }, B: { worker: 'create', next: { done: 'COMPLETED' } } } as const
    expect(() => defineProcess({ ...base, start: 'A', states, renamed: { OLD: pastTheCompiler<'A'>('C') } })).toThrow(
      'OLD was renamed to C, which is no state',
    )
    expect(() => defineProcess({ ...base, start: 'A', states, renamed: { B: 'A' } })).toThrow('B is a state of today')
  })
})

describe('a table that is sound', () => {
  const process = defineProcess({
    ...base,
    start: 'ORDER',
    states: {
      ORDER: { worker: 'create', next: { ordered: 'POLL_ORDER' }, cancelled: 'UNDO_ORDER', retry, timeout: '24h' },
      POLL_ORDER: { worker: 'poll', poll, next: { ready: 'COMPLETED', readyBare: 'COMPLETED' }, partial: ['readyBare'], givenUp: 'REFUND' },
      REFUND: { worker: 'create', next: { refunded: 'FAILED' } },
      UNDO_ORDER: { worker: 'create', next: { undone: 'POLL_UNDO' } },
      POLL_UNDO: { worker: 'poll', poll: { pauses: ['1s'], giveUpAfter: '1h' }, next: { gone: 'CANCELLED' } },
    },
    renamed: { PLACE_ORDER: 'ORDER', TAKE_BACK: 'UNDO_ORDER' },
  })

  test('knows which states only undo, under their earlier names too', () => {
    const undoing = [...Object.keys(process.states), 'PLACE_ORDER', 'TAKE_BACK'].filter((state) => servesCancelling(process, state))
    expect(undoing).toEqual(['UNDO_ORDER', 'POLL_UNDO', 'TAKE_BACK'])
  })

  test('finds a row by the name that its state had in an earlier release', () => {
    expect(rowOf(process, 'PLACE_ORDER')).toBe(process.states.ORDER)
    expect(stateToday(process, 'PLACE_ORDER')).toBe('ORDER')
  })

  test('has no row for a state of another release, nor for what every object has', () => {
    expect(stateToday(process, 'GONE')).toBeNull()
    expect(stateToday(process, 'toString')).toBeNull()
    expect(() => rowOf(process, 'GONE')).toThrowErrorMatchingInlineSnapshot(`[Error: Process sample has no state GONE.]`)
  })
})
