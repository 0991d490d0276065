import { setTimeout as delay } from 'node:timers/promises'
import { isSqliteBusy } from './sqlite-error.ts'

const MAX_PAUSE_MS = 25

/** Runs a synchronous body again, after a short random pause each time, until no other process has the file or the limit has passed. */
export async function repeatWhileBusy<T>({ body, limitMs }: { body: () => T; limitMs: number }): Promise<T> {
  const deadline = performance.now() + limitMs
  for (let attempt = 1; ; attempt++) {
    try {
      return body()
    } catch (error) {
      if (!isSqliteBusy(error) || performance.now() >= deadline) throw error
    }
    await delay(Math.random() * Math.min(MAX_PAUSE_MS, 2 ** attempt))
  }
}
