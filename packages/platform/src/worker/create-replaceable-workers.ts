import type { Workers } from '@rollcall/engine'

export interface ReplaceableWorkers extends Workers {
  /** Starts new workers. The old ones finish what they have; what is taken twice in between, the ledger's versions sort out. */
  replace(): void
}

/** The workers of an app, which can be exchanged for new ones while it runs. */
export function createReplaceableWorkers({
  make,
  deadlineMs,
}: {
  readonly make: () => Workers
  readonly deadlineMs: number
}): ReplaceableWorkers {
  let current = make()
  let isStopping = false
  let isPaused = false
  const retired = new Set<Promise<boolean>>()

  return {
    queues: current.queues,
    start: () => current.start(),
    replace() {
      if (isStopping) return
      const retiring = current.stop(deadlineMs)
      retired.add(retiring)
      void retiring.finally(() => retired.delete(retiring))
      current = make()
      if (isPaused) current.setPaused(true)
      current.start()
    },
    setPaused(paused) {
      isPaused = paused
      current.setPaused(paused)
    },
    async stop(withinMs) {
      isStopping = true
      const drained = await Promise.all([current.stop(withinMs), ...retired])
      return drained.every((one) => one)
    },
  }
}
