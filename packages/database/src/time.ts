import type { EpochMs } from '@rollcall/engine'

export function msOrNull(value: number | Date | null): EpochMs | null {
  return value === null ? null : Number(value)
}

export function dateOrNull(ms: EpochMs | null): Date | null {
  return ms === null ? null : new Date(ms)
}
