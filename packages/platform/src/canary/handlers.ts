import { defineHandlers, type StateHandlers, type WorkerName } from '@rollcall/engine'
import { canary } from './process.ts'

/** What every worker app works besides its own states. None for a worker that the canary does not pass. */
export function canaryHandlers(worker: WorkerName): StateHandlers[] {
  return HANDLERS.filter((one) => one.worker === worker)
}

const HANDLERS: readonly StateHandlers[] = [
  defineHandlers(canary, 'create', { CANARY_CREATE: async () => ({ outcome: 'sent' }) }),
  defineHandlers(canary, 'poll', { CANARY_POLL: async () => ({ outcome: 'seen' }) }),
  defineHandlers(canary, 'persist', { CANARY_PERSIST: async () => ({ outcome: 'arrived' }) }),
]
