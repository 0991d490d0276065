import type { EpochMs } from '@rollcall/engine'

/** A time as histories show it. */
export function isoOrNull(at: EpochMs | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}
