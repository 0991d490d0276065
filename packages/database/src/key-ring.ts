// Finds API keys by their hash, remembering each answer for a short while. What must always hold: a revoked or expired key stops working
// within REMEMBERED_MS, and guessing keys can neither fill the memory nor reach SQL more often than once per guess and REMEMBERED_MS.

import type { Clock, EpochMs } from '@rollcall/engine'
import type { ApiKey, ApiKeys } from './api-keys.ts'

export const REMEMBERED_MS = 10_000
const MOST_REMEMBERED = 10_000

export interface KeyRing {
  /** @param hash SHA-256 of the key, hex */
  find(hash: string): Promise<ApiKey | null>
}

interface Remembered {
  readonly until: EpochMs
  readonly key: Promise<ApiKey | null>
}

export function createKeyRing({ apiKeys, clock }: { readonly apiKeys: Pick<ApiKeys, 'findActive'>; readonly clock: Clock }): KeyRing {
  const known = new Map<string, Remembered>()

  return {
    async find(hash) {
      const now = clock.now()
      const remembered = known.get(hash)
      const key = await (remembered && now < remembered.until ? remembered.key : ask(hash, now))
      return key && (key.expiresAt === null || now < key.expiresAt) ? key : null
    },
  }

  function ask(hash: string, now: EpochMs): Promise<ApiKey | null> {
    const key = apiKeys.findActive({ hash, at: now })
    known.delete(hash)
    known.set(hash, { until: now + REMEMBERED_MS, key })
    // The oldest answer goes first: a Map keeps the order in which its entries came.
    const [oldest] = known.keys()
    if (known.size > MOST_REMEMBERED && oldest !== undefined) known.delete(oldest)
    // A failed question is no answer.
    key.catch(() => known.get(hash)?.key === key && known.delete(hash))
    return key
  }
}
