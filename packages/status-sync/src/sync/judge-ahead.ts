// Judges two batches at once, so that one statement can note of both that they were compared. What must always hold: batches come in order, and a
// fault comes in the place of the batch that it befell; no account is noted before it was judged. Whoever dies between the two batches of a
// pair has noted of the second what is true; it is looked at again.
import type { Clock, EpochMs } from '@rollcall/engine'
import type { Judged, LookedUp } from './judge-accounts.ts'
import type { BatchOfAccounts, ReadAhead } from './read-ahead.ts'

export interface JudgedBatch {
  /** Empty where the one before was the last, too. */
  readonly judged: readonly Judged[]
  /** Whom to note as compared with this batch: those of the pair, with its first. */
  readonly compared: readonly Judged[]
  /** When their registrations were asked for. */
  readonly askedAt: EpochMs
  readonly at: EpochMs
  readonly isLast: boolean
}

export interface JudgeAhead {
  next(): Promise<JudgedBatch>
}

type Second = { readonly batch: JudgedBatch } | { readonly fault: unknown }

export function createJudgeAhead({
  ahead,
  clock,
  judge,
}: {
  readonly ahead: ReadAhead
  readonly clock: Clock
  /** In the order of the accounts. */
  readonly judge: (lookedUp: readonly LookedUp[], now: EpochMs) => Promise<readonly Judged[]>
}): JudgeAhead {
  let waiting: Second | null = null

  async function judgePair(first: BatchOfAccounts, second: BatchOfAccounts | null): Promise<[JudgedBatch, JudgedBatch | null]> {
    const at = clock.now()
    const compared = await judge([...first.lookedUp, ...(second?.lookedUp ?? [])], at)
    const [ofFirst, ofSecond] = [compared.slice(0, first.lookedUp.length), compared.slice(first.lookedUp.length)]
    return [
      { judged: ofFirst, compared, askedAt: first.askedAt, at, isLast: first.isLast },
      second && { judged: ofSecond, compared: [], askedAt: second.askedAt, at, isLast: second.isLast },
    ]
  }

  function takeWaiting(): JudgedBatch | null {
    if (waiting === null) return null
    const second = waiting
    waiting = null
    if ('fault' in second) throw second.fault
    return second.batch
  }

  return {
    async next() {
      const kept = takeWaiting()
      if (kept) return kept
      const first = await ahead.next()
      const looked = first.isLast ? null : await settled(ahead.next())
      const [batch, second] = await judgePair(first, looked && 'batch' in looked ? looked.batch : null)
      if (second) waiting = { batch: second }
      else if (looked && 'fault' in looked) waiting = looked
      return batch
    },
  }
}

async function settled(promise: Promise<BatchOfAccounts>): Promise<{ readonly batch: BatchOfAccounts } | { readonly fault: unknown }> {
  return promise.then(
    (batch) => ({ batch }),
    (fault: unknown) => ({ fault }),
  )
}
