// Whether the jobs that keep watch do so at all. A schedule is judged by the ticks that were served: whatever its times, whoever has edited it,
// and however long it was off, so many ticks without a result are too many. Ticks that nobody serves are another rule's.
import type { RunMeasures, Sample } from '@rollcall/alerts'
import type { EpochMs, Schedules } from '@rollcall/engine'

/** A check from before so many ticks says nothing of now. */
const TICKS_TRUSTED = 3
/** An account that so many ticks have not compared is not verified. */
const TICKS_TO_VERIFY = 2
/** Counted no further: what is beyond says nothing more. */
const MOST_COUNTED = 10_000
/** The health check of a process that runs seldom counts, too. */
const SINCE_EVER: EpochMs = 0

export interface FreshnessDeps {
  readonly runMeasures: Pick<RunMeasures, 'latestEnded' | 'unverifiedAccounts'>
  readonly schedules: Pick<Schedules, 'find' | 'list' | 'ticks'>
  readonly now: () => EpochMs
}

/** Accounts are counted this often: in a large table that nobody has verified it is no small question. */
const COUNT_EVERY_MS = 300_000

export interface WatchedSchedule {
  readonly schedule: string
  readonly process: string
}

export function createFreshness({ runMeasures, schedules, now }: FreshnessDeps) {
  let counted: { readonly at: EpochMs; readonly before: EpochMs; readonly value: number } | null = null

  return {
    /** 1 where the last check is bad, or too old; nothing while an operator has disabled it. */
    async healthCheck({ schedule: name, process }: WatchedSchedule): Promise<Sample[]> {
      const schedule = await schedules.find(name)
      if (schedule && !schedule.enabled.value) return []
      const [last] = await runMeasures.latestEnded({ process, since: SINCE_EVER, limit: 1 })
      if (await isStale({ name, last: last?.at ?? null })) {
        const age = last ? `The last one is from ${new Date(last.at).toISOString()}` : 'There has been none'
        return [{ subject: process, value: 1, note: `${age}, although the last ${TICKS_TRUSTED} ticks should have brought some.` }]
      }
      return last ? [{ subject: process, value: last.status === 'failed' || last.isPartial ? 1 : 0 }] : []
    },

    /** How many seconds ago each enabled schedule should have been served. */
    async overdue(names: readonly string[]): Promise<Sample[]> {
      const standing = await schedules.list()
      return standing.flatMap(({ name, nextDueAt }) =>
        names.includes(name) && nextDueAt !== null && nextDueAt < now() ? [{ subject: name, value: (now() - nextDueAt) / 1_000 }] : [],
      )
    },

    /** Nothing while the sync is disabled, or has not been served often enough to have seen everybody. */
    async unverifiedAccounts(name: string): Promise<Sample[]> {
      const schedule = await schedules.find(name)
      const before = schedule?.enabled.value ? await dueAtOfTick({ name, back: TICKS_TO_VERIFY }) : null
      if (before === null) return []
      const value = await countUnverified(before)
      return [{ subject: name, value, ...(value === MOST_COUNTED && { note: 'There may be more: they are counted no further.' }) }]
    },
  }

  async function countUnverified(before: EpochMs): Promise<number> {
    const at = now()
    if (counted?.before !== before || Math.abs(at - counted.at) >= COUNT_EVERY_MS)
      counted = { at, before, value: await runMeasures.unverifiedAccounts({ before, limit: MOST_COUNTED }) }
    return counted.value
  }

  async function isStale({ name, last }: { readonly name: string; readonly last: EpochMs | null }): Promise<boolean> {
    const tick = await dueAtOfTick({ name, back: TICKS_TRUSTED })
    return tick !== null && (last ?? SINCE_EVER) < tick
  }

  /** Null where so many were never served. */
  async function dueAtOfTick({ name, back }: { readonly name: string; readonly back: number }): Promise<EpochMs | null> {
    const ticks = await schedules.ticks({ schedule: name, before: null, limit: back })
    return ticks[back - 1]?.dueAt ?? null
  }
}
