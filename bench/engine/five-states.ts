// Five states that do nothing: what is left is the cost of the engine itself.
import { defineHandlers, defineProcess, type StateHandlers } from '@rollcall/engine'
import { z } from 'zod'

/** The workers change as they do on the way of an account. The third is no polling one: its first look waits by design, which is no cost. */
export const fiveStates = defineProcess({
  name: 'five-states',
  input: z.object({ id: z.string() }),
  about: ({ id }) => ({ type: 'BENCH', subjectId: id, subjectName: null, scopeId: 'bench' }),
  start: 'ONE',
  states: {
    ONE: { worker: 'persist', next: { done: 'TWO' } },
    TWO: { worker: 'create', received: z.object({ id: z.string() }), next: { done: 'THREE' } },
    THREE: { worker: 'compute', next: { done: 'FOUR' } },
    FOUR: { worker: 'create', next: { done: 'FIVE' } },
    FIVE: { worker: 'persist', next: { done: 'COMPLETED' } },
  },
})

const done = async () => ({ outcome: 'done' as const })

export const fiveStateHandlers: readonly StateHandlers[] = [
  defineHandlers(fiveStates, 'persist', { ONE: done, FIVE: done }),
  defineHandlers(fiveStates, 'create', {
    TWO: async ({ input }) => ({ outcome: 'done', received: { id: input.id } }),
    FOUR: done,
  }),
  defineHandlers(fiveStates, 'compute', { THREE: done }),
]
