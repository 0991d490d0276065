// What the contract of the sync runs is tried on: an empty store, and short words for what its tests do with one.
import type { NewRun, Transaction } from '@rollcall/engine'
import { newId } from '@rollcall/engine/testing/ledger-contract'
import { onTestFinished } from 'vitest'
import type { OrganisationAccounts } from '../ports/organisation-accounts.ts'
import type { NewSyncItem, SyncBatch, SyncRun, SyncRuns } from '../ports/sync-runs.ts'
import { NO_COUNTERS } from '../rules/count-decision.ts'
import { T0 } from './an-account.ts'

export interface SyncRunsUnderTest {
  readonly runs: SyncRuns
  readonly accounts: OrganisationAccounts
  transaction<Answer>(body: (tx: Transaction) => Promise<Answer>): Promise<Answer>
  /** Whether a batch has begun this run. */
  hasBegun(run: NewRun): Promise<boolean>
  close(): Promise<void>
}

export function aSyncItem(changes: Partial<NewSyncItem> = {}): NewSyncItem {
  return {
    userId: 'u1',
    action: 'update',
    reasonCode: 'MAP_APPROVED',
    before: { accountStatus: 'pending_registration', registrationNumber: null },
    after: { accountStatus: 'active', registrationNumber: 'ЕТ-„1“' },
    registration: { registrationId: 'reg-1', version: 1 },
    outcome: 'pending',
    attempt: 0,
    errorCode: null,
    decidedAt: T0 + 1,
    ...changes,
  }
}

export async function openSyncRuns(open: () => Promise<SyncRunsUnderTest>) {
  const tested = await open()
  onTestFinished(() => tested.close())
  const { runs } = tested
  const begin = (changes: Partial<Parameters<SyncRuns['begin']>[0]> = {}) =>
    runs.begin({
      runUuid: newId(),
      job: 'userStatusSync',
      trigger: 'schedule',
      dryRun: false,
      config: { batchSize: 50 },
      startedAt: T0,
      ...changes,
    })
  const batchOf = ({ runUuid, batches }: SyncRun, changes: Partial<SyncBatch> = {}): SyncBatch => ({
    ...{ runUuid, expectedVersion: 1, expectedBatches: batches, decidedThrough: null, counters: NO_COUNTERS, at: T0 + 1 },
    ...{ items: [], settled: [], verified: [] },
    ...changes,
  })
  const find = async ({ runUuid }: Pick<SyncRun, 'runUuid'>): Promise<SyncRun> => {
    const run = await runs.find(runUuid)
    if (!run) throw new Error(`There is no sync run ${runUuid}.`)
    return run
  }
  const itemsOf = ({ runUuid }: SyncRun) => runs.items({ runUuid, outcome: null, after: null, limit: 1_000 })
  /** A run with these items. */
  async function withItems(items: readonly NewSyncItem[], changes: Parameters<typeof begin>[0] = {}): Promise<SyncRun> {
    const run = await begin(changes)
    await runs.writeBatch(batchOf(run, { items }))
    return find(run)
  }
  return { ...tested, begin, batchOf, find, itemsOf, withItems }
}
