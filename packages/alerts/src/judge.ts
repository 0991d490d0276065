// Whether a rule's alert begins, fires, goes on or is over. Pure: what stands and what was measured go in, the verdict comes out. What must
// always hold: a value between the two thresholds changes nothing that has fired; an alert fires once and is resolved once; one that has not
// fired yet disappears without a word.
import type { EpochMs } from '@rollcall/engine'
import { type AlertRule, patienceOf } from './rules.ts'

/** What stands of a rule and subject; null: nothing. */
export type Standing = {
  readonly startedAt: EpochMs
  /** When the value was last too high to be clear. */
  readonly lastSeenAt: EpochMs
  /** Null: it has not been broken for long enough yet. */
  readonly firedAt: EpochMs | null
} | null

export type Verdict =
  /** Nothing changes. */
  | 'nothing'
  /** It is broken from now on, and not yet for long enough. */
  | 'begin'
  /** It has been broken for long enough. */
  | 'fire'
  /** It is still too high to be clear: note that. */
  | 'see'
  /** It is kept again before it has fired: forget it. */
  | 'forget'
  /** It has been kept for long enough. */
  | 'resolve'

export function judge({
  rule,
  standing,
  value,
  now,
}: {
  readonly rule: Pick<AlertRule, 'firesAbove' | 'clearsAt' | 'for' | 'clearFor'>
  readonly standing: Standing
  readonly value: number
  readonly now: EpochMs
}): Verdict {
  const { forMs, clearForMs } = patienceOf(rule)
  const isBroken = value > rule.firesAbove
  if (standing === null) return !isBroken ? 'nothing' : forMs === 0 ? 'fire' : 'begin'
  if (standing.firedAt === null) return !isBroken ? 'forget' : now - standing.startedAt >= forMs ? 'fire' : 'see'
  if (value > rule.clearsAt) return 'see'
  return now - standing.lastSeenAt >= clearForMs ? 'resolve' : 'nothing'
}
