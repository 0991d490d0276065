import type { EpochMs } from '@rollcall/engine'

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000

/** The part of the day in which old rows are put away, in minutes after midnight, UTC. Equal: all day. */
export interface NightWindow {
  readonly fromMinute: number
  readonly toMinute: number
}

export interface Night {
  /** The day on which it began. */
  readonly name: string
  /** What was old at this time is put away: its beginning, so that a night has an end; now, where it is always night. */
  readonly asOf: EpochMs
}

/** Null: it is day. A window may pass midnight. */
export function nightAt(now: EpochMs, { fromMinute, toMinute }: NightWindow): Night | null {
  const midnight = Math.floor(now / DAY_MS) * DAY_MS
  if (fromMinute === toMinute) return { name: dayOf(midnight), asOf: now }
  const begins = [midnight, midnight - DAY_MS].map((day) => day + fromMinute * MINUTE_MS)
  const lastsMs = ((toMinute - fromMinute + 1_440) % 1_440) * MINUTE_MS
  const began = begins.find((from) => from <= now && now < from + lastsMs)
  return began === undefined ? null : { name: dayOf(began), asOf: began }
}

function dayOf(at: EpochMs): string {
  return new Date(at).toISOString().slice(0, 10)
}
