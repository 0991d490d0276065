import type { EpochMs } from '@rollcall/engine'

/** A text behind every UUIDv7 that was made before a time, and not behind any that was made later. */
export function idBefore(at: EpochMs): string {
  const hex = Math.max(0, at).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}`
}
