import type { Clock, EpochMs, RedisConnection } from '@rollcall/engine'

/** By then every process has found Redis again and enqueues what it accepts; the API leaves the queue alone for 5 s after a failure. */
const AFTERMATH_MS = 20_000

/** @returns whether Redis was away, and has been back for so short a time that somebody may not have reached it yet */
export function watchOutages({ connection, clock }: { readonly connection: RedisConnection; readonly clock: Clock }): () => boolean {
  let wasLost = false
  let backAt: EpochMs | null = null
  connection.on('close', () => {
    wasLost = true
  })
  connection.on('ready', () => {
    if (wasLost) backAt = clock.now()
    wasLost = false
  })
  return () => backAt !== null && clock.now() - backAt < AFTERMATH_MS
}
