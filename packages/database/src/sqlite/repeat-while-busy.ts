import { setTimeout as delay } from 'node:timers/promises'
import { isSqliteBusy } from './sqlite-error.ts'

/** A transaction of another process takes about so long. */
const FIRST_PAUSE_MS = 1
/** Whoever has waited for long looks less often: that is no transaction of ours. */
const MAX_PAUSE_MS = 25
const GROWTH = 1.1

/** Runs a synchronous body again, after a short random pause each time, until no other process has the file or the limit has passed. */
export async function repeatWhileBusy<T>({ body, limitMs }: { body: () => T; limitMs: number }): Promise<T> {
  const deadline = performance.now() + limitMs
  for (let attempt = 1; ; attempt++) {
    try {
      return body()
    } catch (error) {
      if (!isSqliteBusy(error) || performance.now() >= deadline) throw error
    }
    await delay(Math.random() * Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * GROWTH ** attempt))
  }
}
