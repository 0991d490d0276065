import type { EpochMs } from '@rollcall/engine'
import { type Html, html } from './html.ts'

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const

/** Two units at most: `2 h 5 min`, `40 s`. */
export function spanOf(ms: number): string {
  const first = UNITS.findIndex(([, length]) => ms >= length)
  if (first === -1) return 'under 1 s'
  let rest = ms
  const words = UNITS.slice(first, first + 2).map(([unit, length]) => {
    const count = Math.floor(rest / length)
    rest -= count * length
    return count === 0 ? '' : `${count} ${unit}`
  })
  return words.filter(Boolean).join(' ')
}

/** To the second, in UTC, as every log says it. */
export function timeOf(at: EpochMs): Html {
  const iso = new Date(at).toISOString()
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')}</time>`
}
