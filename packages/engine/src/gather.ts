// Gathers calls that arrive together into one: while a flush is under way the next one fills up, so that the batch grows with the load and
// nothing waits for a timer. One flush is in flight per gatherer.
export type Gather<Item, Result> = (item: Item) => Promise<Result>

/**
 * @param flush answers one result per item, in order; what it throws, every caller of that batch gets
 * @param max items per flush
 */
export function gather<Item, Result>({
  flush,
  max,
}: {
  readonly flush: (items: readonly Item[]) => Promise<readonly Result[]>
  readonly max: number
}): Gather<Item, Result> {
  interface Call {
    readonly item: Item
    readonly resolve: (result: Result) => void
    readonly reject: (error: unknown) => void
  }
  let waiting: Call[] = []
  let flushing = false

  async function flushOnce(calls: readonly Call[]): Promise<void> {
    try {
      const results = await flush(calls.map((call) => call.item))
      if (results.length !== calls.length) throw new Error(`A flush of ${calls.length} items answered ${results.length} results.`)
      for (const [index, call] of calls.entries()) call.resolve(results[index] as Result)
    } catch (error) {
      for (const call of calls) call.reject(error)
    }
  }

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const calls = waiting.slice(0, max)
      waiting = waiting.slice(max)
      await flushOnce(calls)
    }
    flushing = false
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      if (flushing) return
      flushing = true
      // setImmediate: whatever else this turn of the event loop brings still joins the batch.
      setImmediate(() => void drain())
    })
}
