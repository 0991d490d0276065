// A process that goes through two workers and does nothing: what a worker app needs to show that it works.
import { createIds, defineHandlers, defineProcess, prepareRun, type StateHandlers, systemClock } from '@rollcall/engine'
import type { InMemoryLedger } from '@rollcall/engine/testing'
import { z } from 'zod'

const newId = createIds(systemClock)

export const errand = defineProcess({
  name: 'errand',
  input: z.object({ id: z.string() }),
  about: ({ id }) => ({ type: 'ERRAND', subjectId: id, subjectName: null, scopeId: null }),
  start: 'RUN_ERRAND',
  states: {
    RUN_ERRAND: { worker: 'create', resource: 'graph', next: { ran: 'STORE_ERRAND' } },
    STORE_ERRAND: { worker: 'persist', next: { stored: 'COMPLETED' } },
  },
})
export const ERRAND_LIMITS = [{ name: 'graph', ratePerSecond: 1_000, burst: 1_000, reopenByProbe: true }]

export const runErrand = (work: () => Promise<void> = async () => {}): StateHandlers =>
  defineHandlers(errand, 'create', {
    RUN_ERRAND: async () => {
      await work()
      return { outcome: 'ran' }
    },
  })
export const storeErrand = defineHandlers(errand, 'persist', { STORE_ERRAND: async () => ({ outcome: 'stored' }) })

/** Writes runs that worker-sync's reconcile, or a dispatcher, has yet to bring to the queue. @returns their uuids */
export async function writeErrands(ledger: InMemoryLedger, count: number): Promise<string[]> {
  const groupUuid = newId()
  const origin = { groupUuid, requestedBy: 'test', priority: 1, now: Date.now(), newId }
  const runs = Array.from({ length: count }, () => prepareRun({ process: errand, input: { id: newId() }, ...origin }))
  await ledger.accept({ groupUuid, request: null, runs })
  return runs.map(({ uuid }) => uuid)
}
