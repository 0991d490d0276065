// An invented process that waits for people: for an approval once a course, and for a delivery that may be told of before anybody waits for it.
import { z } from 'zod'
import { defineProcess } from '../define-process.ts'
import { defineHandlers, type StateHandlers } from '../handler.ts'

export const catering = defineProcess({
  name: 'catering',
  input: z.object({ feast: z.string(), courses: z.number() }),
  about: ({ feast }) => ({ type: 'CATER', subjectId: feast, subjectName: null, scopeId: null }),
  start: 'PLAN',
  states: {
    PLAN: { worker: 'sync', next: { planned: 'AWAIT_APPROVAL' } },
    AWAIT_APPROVAL: {
      worker: 'sync',
      signal: { name: 'approval', deadline: '24h' },
      received: z.object({ budget: z.number().default(100), doorToken: z.string().optional() }),
      next: { approved: 'COOK', refused: 'CANCELLED' },
      givenUp: 'EXCUSE',
      cancelled: 'UNDO_PLAN',
      replayable: true,
    },
    COOK: { worker: 'persist', received: z.object({ course: z.number() }), next: { more: 'AWAIT_APPROVAL', cooked: 'AWAIT_DELIVERY' } },
    AWAIT_DELIVERY: {
      worker: 'persist',
      operation: 'DELIVERED',
      signal: { name: 'delivery', deadline: '7d', early: true },
      next: { part: 'AWAIT_DELIVERY', whole: 'COMPLETED' },
    },
    EXCUSE: { worker: 'sync', next: { excused: 'CANCELLED' } },
    UNDO_PLAN: { worker: 'sync', next: { undone: 'CANCELLED' } },
  },
  renamed: { AWAIT_CONSENT: 'AWAIT_APPROVAL' },
})

export function cateringHandlers(): readonly StateHandlers[] {
  return [
    defineHandlers(catering, 'sync', {
      PLAN: async () => ({ outcome: 'planned' }),
      EXCUSE: async () => ({ outcome: 'excused' }),
      UNDO_PLAN: async () => ({ outcome: 'undone' }),
    }),
    defineHandlers(catering, 'persist', {
      COOK: async ({ input, result }) => {
        const course = (result.COOK?.course ?? 0) + 1
        return { outcome: course < input.courses ? 'more' : 'cooked', received: { course } }
      },
    }),
  ]
}
