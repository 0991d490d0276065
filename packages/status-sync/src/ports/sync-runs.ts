import type { EpochMs, JsonObject, NewRun, Transaction } from '@rollcall/engine'
import type { VerifiedAccount } from './organisation-accounts.ts'

/** The jobs that go through the accounts, and keep a sync run of it. */
export const SYNC_JOBS = ['userRegistrationNumberSync', 'userStatusSync', 'accountCleanup'] as const
export type SyncJob = (typeof SYNC_JOBS)[number]

/**
 * How many accounts came to what. `scanned` is the sum of `unchanged`, `toChange`, `skippedManual`, `skippedUnknown`, `stale`, `held`,
 * `notRegistered` and `findings`; `applied`, `conflicted` and `failed` count what became of `toChange`.
 */
export interface SyncCounters {
  readonly scanned: number
  readonly unchanged: number
  readonly toChange: number
  /** Of those to change, the changes of status: away from active, and to what. */
  readonly fromActive: number
  readonly toActive: number
  readonly toPending: number
  readonly toSuspended: number
  readonly toClosed: number
  readonly skippedManual: number
  readonly skippedUnknown: number
  readonly stale: number
  readonly held: number
  readonly notRegistered: number
  /** Findings for a person: a number that leads nowhere, several registrations, a number that two accounts claim. */
  readonly findings: number
  /** Of the findings, those where the service said something that cannot be read, or that takes back what it said before. */
  readonly inDoubt: number
  readonly applied: number
  readonly conflicted: number
  readonly failed: number
}

export interface SyncRun {
  /** That of the run in the ledger. */
  readonly runUuid: string
  readonly job: SyncJob
  readonly trigger: 'schedule' | 'manual'
  readonly dryRun: boolean
  /** The configuration it runs with. */
  readonly config: JsonObject
  readonly batches: number
  readonly decidedThrough: string | null
  readonly counters: SyncCounters
  readonly pauseAskedBy: string | null
  readonly startedAt: EpochMs
  readonly heartbeatAt: EpochMs
}

export type SyncItemOutcome = 'pending' | 'applied' | 'conflicted' | 'failed' | 'noted'

/** A change or a finding. What is equal leaves no item. */
export interface SyncItem {
  readonly userId: string
  readonly action: 'update' | 'hold' | 'skip' | 'finding'
  readonly reasonCode: string
  readonly before: JsonObject
  /** Null where nothing is to change. */
  readonly after: JsonObject | null
  readonly registration: JsonObject | null
  readonly outcome: SyncItemOutcome
  readonly attempt: number
  readonly errorCode: string | null
  readonly decidedAt: EpochMs
  readonly settledAt: EpochMs | null
}

export type NewSyncItem = Omit<SyncItem, 'settledAt'>

/** What happened to an item since it was decided. */
export interface SettledItem {
  readonly userId: string
  readonly outcome: SyncItemOutcome
  readonly attempt: number
  readonly errorCode: string | null
  readonly at: EpochMs
  /** What was decided anew on an account that had changed meanwhile. */
  readonly redecided?: Pick<SyncItem, 'action' | 'reasonCode' | 'before' | 'after' | 'registration'>
}

/** A batch of either phase. It is written once: whoever comes second with the same number writes nothing. */
export interface SyncBatch {
  readonly runUuid: string
  /** Of the run in the ledger, as its job named it: the batch applies only in that stay in its state. */
  readonly expectedVersion: number
  /** The number of batches that was read; the batch applies only while it stands. */
  readonly expectedBatches: number
  /** The cursor after the batch; null leaves it as it is. */
  readonly decidedThrough: string | null
  readonly counters: SyncCounters
  readonly items: readonly NewSyncItem[]
  readonly settled: readonly SettledItem[]
  /** As OrganisationAccounts.markVerified; they may be the accounts of the next batch, too. */
  readonly verified: readonly VerifiedAccount[]
  readonly at: EpochMs
}

/** What only the writes of a batch can tell: it takes the place of what the batch says itself. */
export interface WrittenBatch extends Pick<SyncBatch, 'counters' | 'settled'> {
  /** Left out: those of the batch. */
  readonly verified?: readonly VerifiedAccount[]
  /** Runs to begin in the same transaction, e.g. to end sessions. One whose live key is taken is left out. */
  readonly start?: readonly NewRun[]
}

/**
 * Why a batch was not written although nobody else had written it. `stopped`: the run is over, or asked to be, or has moved on to its next version;
 * `fleetPaused`: nobody is to take up work just now.
 */
export type Halt = 'stopped' | 'fleetPaused'

/** What sync runs are at, and what they found. */
export interface SyncRuns {
  /** Leaves alone what stands already. @returns the run as it stands */
  begin(run: Pick<SyncRun, 'runUuid' | 'job' | 'trigger' | 'dryRun' | 'config' | 'startedAt'>): Promise<SyncRun>

  find(runUuid: string): Promise<SyncRun | null>

  /**
   * One transaction, and without `write` one message. Only whom it verified may be noted a moment before the rest, where the batch leaves no item:
   * that they were compared is true without it. `write` is called with it after the batch's number was found to stand, and again from its
   * start if the database ends a deadlock by rolling back. The run must go on in the ledger, and goes on until the batch is committed: whoever
   * cancels it has to wait for one batch at most, and one that has ended, moved on, or gone to the archive, writes nothing more.
   * @returns null if another has written this batch, and why where it may not be written: the caller must stop
   */
  writeBatch(
    batch: SyncBatch,
    write?: (tx: Transaction) => Promise<WrittenBatch | undefined>,
  ): Promise<Pick<SyncRun, 'pauseAskedBy'> | Halt | null>

  /**
   * Whether nobody has written a batch since so many. In the transaction that changes the run's version, after the version was claimed: none is
   * written any more then, so what was concluded from those holds for good.
   */
  standsAt(tx: Transaction, run: Pick<SyncRun, 'runUuid' | 'batches'>): Promise<boolean>

  /** By userId. @param after where the previous page ended */
  items(page: {
    readonly runUuid: string
    readonly outcome: SyncItemOutcome | null
    readonly after: string | null
    readonly limit: number
  }): Promise<SyncItem[]>

  /** Newest first. */
  list(page: {
    readonly job: SyncJob | null
    readonly before: { startedAt: EpochMs; runUuid: string } | null
    readonly limit: number
  }): Promise<SyncRun[]>

  /** An account's items of all runs, newest first. */
  itemsOf(page: { readonly userId: string; readonly limit: number }): Promise<(SyncItem & { readonly runUuid: string })[]>

  /** Asks a run to pause, or takes that back with null. False where there is no such run. */
  askPause(change: { readonly runUuid: string; readonly by: string | null }): Promise<boolean>

  /**
   * The request to pause was met: whoever lets the run go on lets it go on for good. In the transaction that brings the run to rest.
   * @returns false where it was taken back meanwhile
   */
  clearPause(tx: Transaction, runUuid: string): Promise<boolean>
}
