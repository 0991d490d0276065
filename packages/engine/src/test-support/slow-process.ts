import { z } from 'zod'
import { defineProcess } from '../define-process.ts'
import { defineHandlers, type StateHandlers } from '../handler.ts'

/** A process whose only state has twenty milliseconds for a try. */
export const slow = defineProcess({
  name: 'slow',
  input: z.object({ id: z.string() }),
  about: ({ id }) => ({ type: 'SLOW', subjectId: id, subjectName: null, scopeId: null }),
  start: 'WAIT',
  states: {
    WAIT: {
      worker: 'create',
      retry: { attempts: 2, first: '1s', max: '1s' },
      timeout: '20ms',
      received: z.object({ done: z.boolean() }),
      next: { waited: 'COMPLETED' },
    },
  },
})

/** @param wait what the handler waits for, given its signal */
export function slowHandlers(wait: (signal: AbortSignal) => Promise<unknown>): StateHandlers {
  return defineHandlers(slow, 'create', {
    WAIT: async ({ signal }) => {
      await wait(signal)
      return { outcome: 'waited', submitted: { sent: 1 }, received: { done: true } }
    },
  })
}
