// One of several processes that work on one sync run and may be killed: node syncing-process.ts <url> <run>
// Decides on every account batch by batch from the run's cursor, as if all their registrations had been rejected, and then applies what was
// decided. Prints a line per batch, and ends when nothing is left.
import {
  accountChangeOf,
  DEFAULT_STATUS_POLICY,
  decideStatus,
  type OrganisationAccount,
  type StatusDecision,
  type SyncBatch,
  type SyncRun,
} from '@rollcall/status-sync'
import { v7 as uuidv7 } from 'uuid'
import { createDatabase } from '../create-database.ts'
import { acceptSyncRun } from './sync-ledger.ts'

const [url = '', runUuid = ''] = process.argv.slice(2)
const BATCH_SIZE = 7

const database = await createDatabase({ url })
const { organisationAccounts: accounts, syncRuns: runs, close } = database

function decide(account: OrganisationAccount): Extract<StatusDecision, { action: 'update' }> {
  const { userId } = account
  const registration = { registrationId: userId, registrationNumber: null, userId, status: 'rejected', version: 1, updatedAt: 0 }
  const asked = { by: 'userId', askedAfterRead: true, recentChanges: 0, numberHolder: null, policy: DEFAULT_STATUS_POLICY } as const
  const decision = decideStatus({ account, answer: { kind: 'found', registration }, ...asked })
  if (decision.action !== 'update') throw new Error(`The rules said ${decision.reasonCode} of ${userId}.`)
  return decision
}

function batchOf({ batches, counters }: SyncRun, changes: Partial<SyncBatch>): SyncBatch {
  const nothing = { decidedThrough: null, items: [], settled: [], verified: [] }
  return { runUuid, expectedVersion: 1, expectedBatches: batches, counters, at: Date.now(), ...nothing, ...changes }
}

/** @returns whether there may be more to do */
async function workOneBatch(run: SyncRun): Promise<boolean> {
  const page = await accounts.page({ selection: { kind: 'withRegistration' }, after: run.decidedThrough, limit: BATCH_SIZE })
  const last = page.at(-1)
  if (last) await decideBatch({ run, page, decidedThrough: last.userId })
  else return applyBatch(run)
  return true
}

async function decideBatch(batch: { run: SyncRun; page: readonly OrganisationAccount[]; decidedThrough: string }): Promise<void> {
  const { run, page, decidedThrough } = batch
  const counters = { ...run.counters, scanned: run.counters.scanned + page.length }
  const items = page.map((account) => {
    const { action, change, reasonCode } = decide(account)
    const decided = { userId: account.userId, action, reasonCode, before: {}, after: { ...change }, registration: null }
    return { ...decided, outcome: 'pending' as const, attempt: 0, errorCode: null, decidedAt: Date.now() }
  })
  await runs.writeBatch(batchOf(run, { decidedThrough, counters, items }))
}

async function applyBatch(run: SyncRun): Promise<boolean> {
  const items = await runs.items({ runUuid, outcome: 'pending', after: null, limit: BATCH_SIZE })
  if (items.length === 0) return false
  const at = Date.now()
  const written = { source: 'registration_sync', syncType: 'automated', at, actor: 'test', runUuid } as const
  const read = await accounts.read(items.map(({ userId }) => userId))
  const current = await runs.find(runUuid)
  // Another process may have applied them since they were read.
  if (current?.batches !== run.batches) return true
  const changes = read.map((account) => accountChangeOf({ account, decision: decide(account), id: uuidv7(), ...written }))
  await runs.writeBatch(batchOf(run, {}), async (tx) => {
    const outcomes = await accounts.apply(tx, changes)
    const settled = items.map(({ userId }) => {
      const outcome = outcomes.get(userId) === 'applied' ? ('applied' as const) : ('conflicted' as const)
      return { userId, outcome, attempt: 1, errorCode: null, at }
    })
    return { counters: { ...run.counters, applied: run.counters.applied + settled.length }, settled }
  })
  return true
}

await acceptSyncRun(database, runUuid)
await runs.begin({ runUuid, job: 'userStatusSync', trigger: 'manual', dryRun: false, config: {}, startedAt: Date.now() })
for (let isMore = true; isMore; ) {
  const run = await runs.find(runUuid)
  isMore = run !== null && (await workOneBatch(run))
  console.log('batch')
}
await close()
