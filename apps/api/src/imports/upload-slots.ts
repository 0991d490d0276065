// How many files are received at once. A slow line takes a quarter of an hour, so no caller may have every place.
import { refusal } from '@rollcall/platform/http'
import { importErrors } from '@rollcall/provisioning'

/** Each holds a portion of rows and the ids of its file. */
const MOST_AT_ONCE = 4
const MOST_OF_ONE_CALLER = 2

export interface UploadSlots {
  /**
   * @returns what gives the place back
   * @throws ProblemError IMPORTS_BUSY
   */
  take(caller: string): () => void
}

export function createUploadSlots(): UploadSlots {
  const taken = new Map<symbol, string>()
  return {
    take(caller) {
      if (taken.size >= MOST_AT_ONCE) throw refusal(importErrors.IMPORTS_BUSY)
      const own = [...taken.values()].filter((name) => name === caller).length
      if (own >= MOST_OF_ONE_CALLER)
        throw refusal(importErrors.IMPORTS_BUSY, { detail: `This key may send ${MOST_OF_ONE_CALLER} at once.` })
      const place = Symbol(caller)
      taken.set(place, caller)
      return () => void taken.delete(place)
    },
  }
}
