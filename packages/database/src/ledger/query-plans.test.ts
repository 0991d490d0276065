// A ledger grows by millions of ended runs: no question that is asked often may read them all. SQLite tells its plans, and SQL Server has the
// same indexes.
import { DatabaseSync } from 'node:sqlite'
import { createIds, LIVE_STATUSES, type Transaction } from '@rollcall/engine'
import { advance, newId, newRun, T0 } from '@rollcall/engine/testing/ledger-contract'
import { expect, onTestFinished, test } from 'vitest'
import type { Database } from '../create-database.ts'
import { createTestDatabase } from '../testing/create-test-database.ts'

/** The plans of the statements that an action sends through Prisma, a line per table or index that it visits. */
async function plansOf(action: (database: Database) => Promise<unknown>): Promise<string[]> {
  const statements: string[] = []
  const { url, database, cleanup } = await createTestDatabase({ onQuery: (sql) => statements.push(sql) })
  onTestFinished(cleanup)
  await action(database)
  const db = new DatabaseSync(url.slice('file:'.length), { readOnly: true })
  onTestFinished(() => db.close())
  return statements
    .filter((sql) => /^(SELECT|UPDATE|DELETE|INSERT INTO AzureDataSync)/.test(sql))
    .flatMap((sql) => db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all())
    .map(({ detail }) => String(detail))
}

/** Reaches the items only where there is a sync to delete. */
async function purgeOldSync({ retention, syncRuns }: Database): Promise<void> {
  const runUuid = createIds({ now: () => T0 - 1 })()
  await syncRuns.begin({ runUuid, job: 'userStatusSync', trigger: 'schedule', dryRun: false, config: {}, startedAt: T0 - 1 })
  await retention.purgeSyncs({ before: T0, limit: 9, at: T0 })
}

const page = { after: null, limit: 50 }
const later = { after: { createdAt: T0, uuid: newId() }, limit: 50 }

test.each<[string, (database: Database) => Promise<unknown>, string]>([
  ['overdue live runs', ({ ledger }) => ledger.due({ before: T0, after: null, limit: 500 }), 'due_idx'],
  [
    'the next overdue live runs',
    ({ ledger }) => ledger.due({ before: T0, after: { dueAt: T0 - 1, uuid: newId() }, limit: 500 }),
    'due_idx',
  ],
  ['a state’s backlog', ({ ledger }) => ledger.backlog(), 'backlog_idx'],
  ['a person’s runs', ({ ledger }) => ledger.list({ subjectId: 'p1' }, page), 'subject_idx'],
  ['a group', ({ ledger }) => ledger.groupCounts(newId()), 'group_idx'],
  ['the open runs of schools', ({ ledger }) => ledger.openRuns(['s1', 's2']), 'openScope_idx'],
  ['a list by process', ({ ledger }) => ledger.list({ process: 'account-create' }, page), 'process_idx'],
  ['a list by state', ({ ledger }) => ledger.list({ state: 'FIRST' }, page), 'state_idx'],
  ['a list by status', ({ ledger }) => ledger.list({ status: 'failed' }, page), 'status_idx'],
  ['a list by group', ({ ledger }) => ledger.list({ groupUuid: newId() }, page), 'group_idx'],
  ['a list by school', ({ ledger }) => ledger.list({ scopeId: 's1' }, page), 'scope_idx'],
  ['a list by error', ({ ledger }) => ledger.list({ errorCode: 'X_BUSY' }, page), 'error_idx'],
  ['a list by time', ({ ledger }) => ledger.list({ createdFrom: T0, createdTo: T0 + 1 }, page), 'created_idx'],
  ['the next page of a list', ({ ledger }) => ledger.list({}, later), 'created_idx'],
  ['the next page of a filtered list', ({ ledger }) => ledger.list({ status: 'failed' }, later), 'status_idx'],
  ['the old runs of the canary', ({ ledger }) => ledger.deleteEnded({ process: 'canary', before: T0, limit: 100 }), 'process_idx'],
])('%s are found by an index in its order', async (_, action, index) => {
  const plans = await plansOf(action)
  expect(plans.filter((plan) => plan.includes(`AzureDataSync_${index}`))).not.toEqual([])
  expect(plans.filter((plan) => plan.startsWith('SCAN'))).toEqual([])
  expect(plans.filter((plan) => plan.includes('USE TEMP B-TREE FOR ORDER BY'))).toEqual([])
})

test.each<[string, (database: Database) => Promise<unknown>]>([
  ['the newest events', ({ ledger }) => ledger.latestEvents({}, { after: null, from: T0, to: T0 + 1, limit: 50 })],
  ['the newest errors', ({ ledger }) => ledger.latestEvents({ errors: true }, { after: null, from: T0, to: T0 + 1, limit: 50 })],
  [
    'the next events',
    ({ ledger }) => ledger.latestEvents({ state: 'FIRST' }, { after: { createdAt: T0, id: newId() }, from: T0, to: T0 + 1, limit: 50 }),
  ],
])('%s of all runs are found by the index of their times, in its order', async (_, action) => {
  const [plan, ...rest] = (await plansOf(action)).filter((line) => line.includes('ObjectHistory') || line.includes('TEMP'))
  expect(plan).toMatch(/^SEARCH main\.ObjectHistory USING INDEX ObjectHistory_createdAt_id_idx \(createdAt/)
  expect(rest).toEqual([])
})

test.each<[string, (database: Database) => Promise<unknown>, string]>([
  ['a person’s archived runs', ({ archive }) => archive.list({ subjectId: 'p1' }, later), 'AzureDataSyncArchived_subject_idx'],
  ['a school’s', ({ archive }) => archive.list({ scopeId: 's1' }, later), 'AzureDataSyncArchived_scope_idx'],
  ['a group’s', ({ archive }) => archive.groupCounts(newId()), 'AzureDataSyncArchived_group_idx'],
  ['those of a time', ({ archive }) => archive.list({ createdFrom: T0, createdTo: T0 + 1 }, page), 'AzureDataSyncArchived_created_idx'],
  ['those to delete', ({ archive }) => archive.purge({ archivedBefore: T0, limit: 9 }), 'AzureDataSyncArchived_archived_idx'],
  ['old audit rows', ({ retention }) => retention.purgeAudit({ before: T0, limit: 9, at: T0 }), 'AuditLog_1'],
  ['old cohorts', ({ retention }) => retention.purgeCohorts({ before: T0, limit: 9, at: T0 }), 'CohortItem_1'],
  ['old syncs', ({ retention }) => retention.purgeSyncs({ before: T0, limit: 9, at: T0 }), 'SyncRun_1'],
  ['the items of an old sync', purgeOldSync, 'SyncItem_1'],
  ['old ticks', ({ retention }) => retention.purgeTicks({ before: T0, limit: 9, at: T0 }), 'ScheduleTick_firedAt_idx'],
  ['imports to erase', ({ retention }) => retention.eraseImports({ before: T0, limit: 9, at: T0 }), 'Import_erasedAt_acceptedAt_idx'],
  ['runs of erased persons', ({ retention }) => retention.emptyLateHistory(), 'AzureDataSync_subject_idx'],
])('%s are found by an index, and nothing is read that is not meant', async (_, action, index) => {
  const plans = await plansOf(action)
  expect(plans.filter((plan) => plan.includes(index))).not.toEqual([])
  expect(plans.filter((plan) => plan.startsWith('SCAN'))).toEqual([])
})

test('all of a person is found by indexes', async () => {
  const plans = await plansOf(({ persons }) => persons.read('p1'))
  expect(plans).not.toEqual([])
  expect(plans.filter((plan) => plan.startsWith('SCAN'))).toEqual([])
})

test('the failures of a day are found by the index of the backlog, whose every column narrows', async () => {
  const plans = await plansOf(({ ledger }) => ledger.failuresSince({ since: T0, processes: ['account-create', 're-enroll'] }))
  expect(plans[0]).toBe(
    'SEARCH main.AzureDataSync USING INDEX AzureDataSync_backlog_idx (status=? AND process=? AND state=? AND stateSince>?)',
  )
})

test('a first page without any filter walks the index of the times and nothing else', async () => {
  const plans = await plansOf(({ ledger }) => ledger.list({}, page))
  expect(plans).toEqual(['SCAN main.AzureDataSync USING INDEX AzureDataSync_created_idx'])
})

test('who has a natural key is found by an index, at acceptance and at replay', async () => {
  const run = newRun()
  const accepting = await plansOf(({ ledger }) => ledger.accept({ groupUuid: newId(), request: null, runs: [run] }))
  expect(accepting.filter((plan) => plan.startsWith('SCAN'))).toEqual([])
  const asking = await plansOf(({ prisma }) =>
    prisma.run.findFirst({
      where: { naturalKey: 'k', uuid: { not: run.uuid }, OR: [{ status: { in: [...LIVE_STATUSES] } }, { status: 'completed' }] },
    }),
  )
  expect(asking.filter((plan) => plan.startsWith('SCAN'))).toEqual([])
})

test('transitions and runs to start that travel as JSON find their rows by an index', async () => {
  const account = { firstName: 'Н', middleName: null, lastName: 'П', birthDate: '2014-03-03', username: 'n', azureId: 'a', schoolId: 's' }
  const rest = { personId: 'p', kind: 'student', enrollmentStatus: 'ENROLLED', existedBefore: true, runUuid: 'r', at: T0 } as const
  const plans = await plansOf(async ({ accounts, ledger }) => {
    const run = newRun()
    await ledger.accept({ groupUuid: newId(), request: null, runs: [run] })
    const write = (tx: Transaction) => accounts.persist(tx, { sysUserId: 'u', ...account, ...rest })
    await ledger.commitWith({ transition: advance(run), write, start: [newRun()] })
  })
  expect(plans.filter((plan) => plan.includes('AzureDataSync USING') || plan.includes('r USING'))).not.toEqual([])
  expect(plans.filter((plan) => plan.startsWith('SCAN') && plan !== 'SCAN j VIRTUAL TABLE INDEX 1:')).toEqual([])
})
