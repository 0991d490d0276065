import { type AnyHandler, queueName, type StateHandlers } from '@rollcall/engine'

export interface TrackedHandlers {
  readonly handlers: readonly StateHandlers[]
  /** How many handlers are at work just now. */
  readonly inHand: () => number
  /** How often the handlers of each queue were called since the start. */
  readonly calls: ReadonlyMap<string, number>
}

/** The same handlers, with somebody counting. */
export function trackHandlers(handlers: readonly StateHandlers[]): TrackedHandlers {
  let inHand = 0
  const calls = new Map<string, number>()

  function track(queue: string, handler: AnyHandler): AnyHandler {
    return async (work) => {
      inHand += 1
      calls.set(queue, (calls.get(queue) ?? 0) + 1)
      try {
        return await handler(work)
      } finally {
        inHand -= 1
      }
    }
  }

  return {
    handlers: handlers.map((some) => ({
      ...some,
      handlers: Object.fromEntries(
        Object.entries(some.handlers).map(([state, handler]) => [state, track(queueName({ process: some.process.name, state }), handler)]),
      ),
    })),
    inHand: () => inHand,
    calls,
  }
}
