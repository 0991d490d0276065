// An invented process with a row of every kind, for the engine's own tests.
import { z } from 'zod'
import { defineProcess } from '../define-process.ts'
import { retryPolicies } from '../policy.ts'

export const shopping = defineProcess({
  name: 'shopping',
  input: z.object({ customer: z.string(), note: z.string().optional() }),
  about: ({ customer }) => ({ type: 'BUY', subjectId: customer, subjectName: null, scopeId: 'shop-1' }),
  start: 'RESERVE',
  states: {
    RESERVE: {
      worker: 'persist',
      retry: retryPolicies.database,
      received: z.object({ number: z.number() }),
      next: { reserved: 'ORDER' },
      replayable: true,
      cancelled: 'UNDO_RESERVE',
    },
    ORDER: {
      worker: 'create',
      operation: 'ORDERED_GOODS',
      resource: 'shop',
      retry: { attempts: 3, first: '2s', factor: 3, max: '5m' },
      poll: { first: '1s', factor: 2, max: '30s', giveUpAfter: '2h' },
      received: z.object({ orderId: z.string() }),
      next: { ordered: 'POLL_ORDER', soldOut: 'RESERVE' },
      cancelled: 'UNDO_RESERVE',
    },
    POLL_ORDER: {
      worker: 'poll',
      resource: 'shop',
      poll: { first: '250ms', factor: 2, max: '30s', giveUpAfter: '2h' },
      received: z.object({ parcel: z.string() }),
      next: { ready: 'STORE' },
      givenUp: 'STORE',
      cancelled: 'UNDO_ORDER',
    },
    STORE: {
      worker: 'persist',
      retry: retryPolicies.database,
      next: { stored: 'COMPLETED', storedBare: 'COMPLETED' },
      partial: ['storedBare'],
    },
    UNDO_ORDER: { worker: 'create', resource: 'shop', next: { undone: 'UNDO_RESERVE' } },
    UNDO_RESERVE: { worker: 'persist', next: { undone: 'CANCELLED' } },
  },
  renamed: { PLACE_ORDER: 'ORDER' },
})

/** Goes through its pages one by one, in one state that leads to itself. */
export const sweeping = defineProcess({
  name: 'sweeping',
  input: z.object({ shelf: z.string() }),
  about: ({ shelf }) => ({ type: 'SWEEP', subjectId: shelf, subjectName: null, scopeId: null }),
  start: 'SWEEP',
  states: {
    SWEEP: {
      worker: 'sync',
      poll: { pauses: ['15m', '1h'], giveUpAfter: '1d' },
      received: z.object({ page: z.number() }),
      next: { more: 'SWEEP', swept: 'COMPLETED' },
    },
  },
})
