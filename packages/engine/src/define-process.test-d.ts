// Compiled, never run: each mistake that the table must not allow stands here once, and `tsc` fails when one becomes possible.
import { z } from 'zod'
import { defineProcess } from './define-process.ts'
import { defineHandlers, notYet } from './handler.ts'

const input = z.object({ id: z.string() })
const about = (given: { id: string }) => ({ type: 'T', subjectId: given.id, subjectName: null, scopeId: null })
const poll = { first: '1s', factor: 2, max: '30s', giveUpAfter: '2h' } as const

const sound = defineProcess({
  name: 'sound',
  input,
  about,
  start: 'ORDER',
  states: {
    ORDER: { worker: 'create', received: z.object({ orderId: z.string() }), next: { ordered: 'POLL_ORDER' } },
    POLL_ORDER: { worker: 'poll', poll, next: { ready: 'STORE' }, givenUp: 'STORE' },
    STORE: { worker: 'persist', next: { stored: 'COMPLETED', storedBare: 'COMPLETED' }, partial: ['storedBare'] },
  },
})

defineHandlers(sound, 'create', { ORDER: async (work) => ({ outcome: 'ordered', received: { orderId: work.input.id } }) })
defineHandlers(sound, 'poll', { POLL_ORDER: async (work) => (work.result.ORDER?.orderId === '' ? notYet : { outcome: 'ready' }) })
defineHandlers(sound, 'persist', { STORE: async () => ({ outcome: 'storedBare' }) })

const signalling = defineProcess({
  name: 'signalling',
  input,
  about,
  start: 'DECIDE',
  states: {
    DECIDE: { worker: 'sync', next: { over: 'AWAIT_APPROVAL' } },
    AWAIT_APPROVAL: {
      worker: 'sync',
      signal: { name: 'approval', deadline: '24h' },
      received: z.object({ note: z.string() }),
      next: { approved: 'APPLY', refused: 'CANCELLED' },
      givenUp: 'CANCELLED',
    },
    APPLY: { worker: 'sync', next: { applied: 'COMPLETED' } },
  },
})

defineHandlers(signalling, 'sync', {
  DECIDE: async () => ({ outcome: 'over' }),
  APPLY: async (work) => (work.result.AWAIT_APPROVAL?.note.length === 0 ? { outcome: 'applied' } : { outcome: 'applied' }),
})
defineHandlers(signalling, 'sync', {
  DECIDE: async () => ({ outcome: 'over' }),
  APPLY: async () => ({ outcome: 'applied' }),
  // @ts-expect-error a handler of a state that waits for a signal: the engine looks for that itself
  AWAIT_APPROVAL: async () => ({ outcome: 'approved', received: { note: '' } }),
})

// @ts-expect-error a handler is missing
defineHandlers(sound, 'persist', {})
// @ts-expect-error a handler too many: the state belongs to another worker
defineHandlers(sound, 'persist', { STORE: async () => ({ outcome: 'stored' }), ORDER: async () => ({ outcome: 'ordered' }) })
// @ts-expect-error an outcome that the table does not list
defineHandlers(sound, 'persist', { STORE: async () => ({ outcome: 'saved' }) })
// @ts-expect-error an answer without what its row promises to bring
defineHandlers(sound, 'create', { ORDER: async () => ({ outcome: 'ordered' }) })
// @ts-expect-error what it brings has another shape
defineHandlers(sound, 'create', { ORDER: async () => ({ outcome: 'ordered', received: { orderId: 7 } }) })
// @ts-expect-error not yet, in a state without a poll policy
defineHandlers(sound, 'persist', { STORE: async () => notYet })
// @ts-expect-error a field that the input does not have
defineHandlers(sound, 'create', { ORDER: async (work) => ({ outcome: 'ordered', received: { orderId: work.input.name } }) })
// @ts-expect-error the result of a state that does not exist
defineHandlers(sound, 'poll', { POLL_ORDER: async (work) => (work.result.ODER ? notYet : { outcome: 'ready' }) })

defineProcess({
  name: 'typo-in-next',
  input,
  about,
  start: 'A',
  // @ts-expect-error a typo in a next state
  states: { A: { worker: 'create', next: { done: 'COMPLETE' } } },
})
defineProcess({
  name: 'typo-in-given-up',
  input,
  about,
  start: 'A',
  // @ts-expect-error a typo in givenUp
  states: { A: { worker: 'create', next: { done: 'COMPLETED' }, givenUp: 'B' } },
})
defineProcess({
  name: 'typo-in-start',
  input,
  about,
  // @ts-expect-error the start is no state
  start: 'B',
  states: { A: { worker: 'create', next: { done: 'COMPLETED' } } },
})
defineProcess({
  name: 'unknown-worker',
  input,
  about,
  start: 'A',
  // @ts-expect-error there is no such worker app
  states: { A: { worker: 'creator', next: { done: 'COMPLETED' } } },
})
defineProcess({
  name: 'partial-outcome-unknown',
  input,
  about,
  start: 'A',
  // @ts-expect-error a partial outcome that the row does not list
  states: { A: { worker: 'create', next: { done: 'COMPLETED' }, partial: ['doneBare'] } },
})
defineProcess({
  name: 'state-named-like-an-ending',
  input,
  about,
  start: 'A',
  // @ts-expect-error FAILED is an ending, not a state
  states: { A: { worker: 'create', next: { done: 'FAILED' } }, FAILED: { worker: 'create', next: { done: 'COMPLETED' } } },
})
defineProcess({
  name: 'bad-duration',
  input,
  about,
  start: 'A',
  // @ts-expect-error a duration without a unit
  states: { A: { worker: 'poll', poll: { ...poll, max: '30' }, next: { done: 'COMPLETED' } } },
})

const approval = { name: 'approval', deadline: '24h' } as const
defineProcess({
  name: 'signal-with-poll',
  input,
  about,
  start: 'A',
  states: {
    A: { worker: 'sync', next: { done: 'B' } },
    // @ts-expect-error the engine has looks of its own for a signal
    B: { worker: 'sync', signal: approval, poll, next: { done: 'COMPLETED' } },
  },
})
defineProcess({
  name: 'signal-with-resource',
  input,
  about,
  start: 'A',
  states: {
    A: { worker: 'sync', next: { done: 'B' } },
    // @ts-expect-error whoever waits for a signal needs nothing from outside
    B: { worker: 'sync', signal: approval, resource: 'graph', next: { done: 'COMPLETED' } },
  },
})
defineProcess({
  name: 'signal-without-deadline',
  input,
  about,
  start: 'A',
  states: {
    A: { worker: 'sync', next: { done: 'B' } },
    // @ts-expect-error nobody waits without end
    B: { worker: 'sync', signal: { name: 'approval' }, next: { done: 'COMPLETED' } },
  },
})
