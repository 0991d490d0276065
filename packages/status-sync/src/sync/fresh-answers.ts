// How old an answer of the registration service may be when it is applied. What must always hold: each stay in RECHECK leaves something that APPLY
// may apply, so that the two do not send a run to and fro for ever.
import type { EpochMs } from '@rollcall/engine'
import type { SyncItem } from '../ports/sync-runs.ts'

const MINUTE_MS = 60_000

/** An older answer is not applied: it is asked for again. */
export const ANSWER_HOLDS_MS = 10 * MINUTE_MS
/** A stay asks for so long and leaves the rest to the next one, so that its first answer holds while they are applied. */
export const ASK_FOR_MS = ANSWER_HOLDS_MS / 2

/** What the latest stay in RECHECK has left. */
export interface Rechecked {
  readonly after: string | null
  readonly from: EpochMs | null
}

/** Whether the account's registration was looked at lately, by the first look or by the latest stay in RECHECK. */
export function isAnswerFresh({
  item: { decidedAt, userId },
  rechecked,
  now,
}: {
  readonly item: Pick<SyncItem, 'decidedAt' | 'userId'>
  readonly rechecked: Rechecked | undefined
  readonly now: EpochMs
}): boolean {
  if (now - decidedAt <= ANSWER_HOLDS_MS) return true
  if (rechecked?.from == null || rechecked.after === null || userId > rechecked.after) return false
  return now - rechecked.from <= ANSWER_HOLDS_MS
}
