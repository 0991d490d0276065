import type { EpochMs } from '@rollcall/engine'

/** What the rules measure in SQL beyond the ledger's own port. Every question is answered from an index. */
export interface RunMeasures {
  /** How many runs of each process completed or failed since a time; a process without any is missing. */
  endedSince(query: {
    readonly processes: readonly string[]
    readonly since: EpochMs
  }): Promise<{ readonly process: string; readonly ended: number; readonly failed: number }[]>

  /** How the latest runs that ended since a time did, newest first. Cancelled ones are left out. */
  latestEnded(query: {
    readonly process: string
    readonly since: EpochMs
    readonly limit: number
  }): Promise<{ readonly at: EpochMs; readonly status: 'completed' | 'failed'; readonly isPartial: boolean }[]>

  /**
   * Since when the run of each process is at work that has been longest: since it was made, or since it last left one of these states in which it
   * waited for a person. Runs that wait for one now are not at work.
   */
  longestAtWork(query: {
    readonly processes: readonly string[]
    readonly waitingStates: readonly string[]
  }): Promise<{ readonly process: string; readonly since: EpochMs }[]>

  /** The enabled schedules whose last ticks found a run still going, with how many in a row did. */
  skippedSchedules(): Promise<{ readonly schedule: string; readonly inRow: number }[]>

  /**
   * How many accounts that the status sync looks at were last compared with their registration before a time, or never although they are older.
   * Counts no further than `limit`.
   */
  unverifiedAccounts(query: { readonly before: EpochMs; readonly limit: number }): Promise<number>

  /** In the last two runs of each sync job that were no dry runs: how many accounts the worse one counted so. A job without any run is missing. */
  metBySyncs(query: {
    readonly jobs: readonly string[]
    /** `skippedUnknown`: no rule knew their status. `inDoubt`: what the service said cannot be read, or takes back what it said before. */
    readonly counter: 'skippedUnknown' | 'inDoubt'
  }): Promise<{ readonly job: string; readonly count: number }[]>
}
