// The handlers of the status sync over SQLite: what the stories tell on stores in memory, told once on real ones, and what it costs.
import { DatabaseSync, StatementSync } from 'node:sqlite'
import { type AnyAnswer, type AnyWork, type NotYet, type StateHandlers, systemClock } from '@rollcall/engine'
import { newId } from '@rollcall/engine/testing/ledger-contract'
import { DEFAULT_SYNC_CONFIG, type NewAccount, STATUS_SYNC_ACTION } from '@rollcall/status-sync'
import { createApplyHandlers, createSyncHandlers } from '@rollcall/status-sync/handlers'
import { anAuditEntry, aRegistration, createInMemoryRegistrations } from '@rollcall/status-sync/testing'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createTestDatabase } from '../testing/create-test-database.ts'
import { acceptSyncRun } from '../testing/sync-ledger.ts'

const ORGANISATIONS = 240
const REJECTED_EVERY = 40
/** Enough for what a run costs once to weigh little. */
const MANY = 1_000
/** Nobody knows the status of one in so many: a few in a hundred, as among the seeded organisations, and some in each batch. */
const ODD_EVERY = 40
const BATCH_SIZE = 50

const nameOf = (index: number) => String(index).padStart(4, '0')

/** @param agreeing so many accounts that say already what their registrations say; by default, ORGANISATIONS that are pending */
async function arrange({ agreeing = 0 }: { readonly agreeing?: number } = {}) {
  const { database, cleanup } = await createTestDatabase()
  onTestFinished(cleanup)
  const service = createInMemoryRegistrations()
  for (let index = 0; index < (agreeing || ORGANISATIONS); index += 1) {
    const [userId, registrationNumber, registrationId] = ['u', 'ETH-', 'reg-'].map((prefix) => `${prefix}${nameOf(index)}`) as [
      string,
      string,
      string,
    ]
    const account: NewAccount = {
      ...{ userId, type: 'organization', email: null, organizationName: null, registrationNumber, azureId: `a${nameOf(index)}` },
      createdAt: systemClock.now(),
    }
    if (agreeing === 0) await database.organisationAccounts.add(account, anAuditEntry())
    service.put(aRegistration({ registrationId, registrationNumber, userId, status: 'approved' }))
  }
  const standing = { accountStatus: 'active', organizationStatus: 'approved', registrationVersion: 1, organizationName: 'Mill' }
  await database.registrationSeeds.addAccounts(
    Array.from({ length: agreeing }, (_, index) => ({
      ...{ ...standing, userId: `u${nameOf(index)}`, registrationNumber: `ETH-${nameOf(index)}`, createdAt: systemClock.now() },
    })),
  )
  const enqueued: string[] = []
  const ports = {
    ...{ accounts: database.organisationAccounts, syncRuns: database.syncRuns, clock: systemClock, newId },
    registrations: () => service,
    notify: () => undefined,
    countChanges: () => undefined,
    pushSettings: async () => DEFAULT_SYNC_CONFIG,
    dispatcher: {
      enqueue: async (jobs: readonly { readonly process: string }[]) => void enqueued.push(...jobs.map(({ process }) => process)),
    },
    probes: { sql: () => database.ping(), redis: async () => undefined, registrations: service.ping },
  }
  const handlers = [...createSyncHandlers(ports), ...createApplyHandlers(ports)]

  /** Works a state of the run until it leads on, as a worker does. */
  async function work(uuid: string, state: string): Promise<AnyAnswer> {
    for (;;) {
      const answer = await handlerOf(handlers, state)(workOf(uuid))
      if ('notYet' in answer) throw new Error(`${state} is not ready.`)
      if (answer.outcome !== 'more') return answer
    }
  }
  async function begin(): Promise<string> {
    const uuid = newId()
    await acceptSyncRun(database, uuid)
    return uuid
  }
  async function run(begun?: string): Promise<string> {
    const uuid = begun ?? (await begin())
    const decided = await work(uuid, 'DECIDE')
    if (decided.outcome === 'decided') await work(uuid, 'APPLY')
    return uuid
  }
  return { database, service, enqueued, begin, work, run }
}

/** Everything that reaches SQLite from now on, begin and commit included; what a connection is asked of itself aside. */
function listenToSqlite(): () => readonly string[] {
  const exec = vi.spyOn(DatabaseSync.prototype, 'exec')
  const carriedOut = (['run', 'get', 'all', 'iterate'] as const).map((name) => vi.spyOn(StatementSync.prototype, name))
  onTestFinished(() => void [exec, ...carriedOut].map((spy) => spy.mockRestore()))
  return () => {
    const statements = carriedOut.flatMap(({ mock }) => mock.contexts.flatMap((it) => (it instanceof StatementSync ? it.sourceSQL : [])))
    return [...statements.filter((sql) => !sql.includes('total_changes()')), ...exec.mock.calls.map(([sql]) => String(sql))]
  }
}

function handlerOf(handlers: readonly StateHandlers[], state: string): (work: AnyWork) => Promise<AnyAnswer | NotYet> {
  const found = handlers.find(({ process, handlers: byState }) => process.name === 'user-status-sync' && Object.hasOwn(byState, state))
    ?.handlers[state]
  if (!found) throw new Error(`There is no handler for ${state}.`)
  return found
}

function workOf(uuid: string): AnyWork {
  const config = { batchSize: BATCH_SIZE, ...DEFAULT_SYNC_CONFIG, limitPercent: 100 }
  return {
    ...{ uuid, version: 1, groupUuid: uuid, result: {}, pollingUuid: null, priority: 1, bulk: false, attempt: 0, isFirstTry: true },
    ...{ stateSince: 0, now: systemClock.now(), signal: new AbortController().signal },
    input: { trigger: 'manual', requestedBy: 'test', reason: 'to see', dryRun: false, config },
  }
}

test('a sync over SQL changes each account once, with its audit row and the run that ends its sessions, and then finds nothing', {
  timeout: 60_000,
}, async () => {
  const { database, service, enqueued, run } = await arrange()
  // At first they are all pending.
  const first = await run()
  expect((await database.syncRuns.find(first))?.counters).toMatchObject({
    scanned: ORGANISATIONS,
    toActive: ORGANISATIONS,
    applied: ORGANISATIONS,
  })

  for (let index = 0; index < ORGANISATIONS; index += REJECTED_EVERY) {
    const [registrationId, registrationNumber, userId] = [`reg-${nameOf(index)}`, `ETH-${nameOf(index)}`, `u${nameOf(index)}`]
    service.put(aRegistration({ registrationId, registrationNumber, userId, status: 'rejected', version: 2 }))
  }
  const second = await run()
  const rejected = ORGANISATIONS / REJECTED_EVERY
  expect((await database.syncRuns.find(second))?.counters).toMatchObject({ scanned: ORGANISATIONS, toChange: rejected, applied: rejected })
  const audited = await database.prisma.auditLog.findMany({ where: { action: STATUS_SYNC_ACTION } })
  expect(audited).toHaveLength(ORGANISATIONS + rejected)
  expect(await database.prisma.organisationAccount.count({ where: { accountStatus: 'suspended' } })).toBe(rejected)
  expect(await database.prisma.run.count({ where: { process: 'session-revocation' } })).toBe(rejected)
  expect(enqueued).toHaveLength(rejected)

  const third = await run()
  expect((await database.syncRuns.find(third))?.counters).toMatchObject({ scanned: ORGANISATIONS, unchanged: ORGANISATIONS, toChange: 0 })
})

test.each([
  ['all of whom agree', 0],
  ['of whom a few are odd', ODD_EVERY],
])(
  'a sync over SQL in which nobody changes, %s, costs a tenth of a statement for each, begin and commit included',
  {
    timeout: 60_000,
  },
  async (_who, oddEvery) => {
    const { database, service, begin, run } = await arrange({ agreeing: MANY })
    for (let index = 0; oddEvery > 0 && index < MANY; index += oddEvery) {
      const [registrationId, registrationNumber, userId] = [`reg-${nameOf(index)}`, `ETH-${nameOf(index)}`, `u${nameOf(index)}`]
      service.put(aRegistration({ registrationId, registrationNumber, userId, status: 'renewal_due', version: 2 }))
    }
    const uuid = await begin()
    const statements = listenToSqlite()
    const asked = service.requests()
    await run(uuid)
    expect(statements().length / MANY, statements().join('\n')).toBeLessThanOrEqual(0.1)
    expect(service.requests() - asked).toBeLessThanOrEqual(MANY / 30)
    const odd = oddEvery && MANY / oddEvery
    expect((await database.syncRuns.find(uuid))?.counters).toMatchObject({ skippedUnknown: odd, unchanged: MANY - odd })
  },
)

test('a worker that is killed between a batch and the next leaves nothing undone and nothing done twice', { timeout: 60_000 }, async () => {
  const { database, service, begin, work } = await arrange()
  const uuid = await begin()
  service.beforeAnswer = () => {
    if (service.requests() === 4) service.mode = 'down'
  }
  await expect(work(uuid, 'DECIDE')).rejects.toThrow('does not answer')
  expect(await database.syncRuns.find(uuid)).toMatchObject({ batches: 3, counters: { scanned: 150 } })
  service.mode = 'up'
  expect(await work(uuid, 'DECIDE')).toMatchObject({ outcome: 'decided', received: { scanned: ORGANISATIONS } })
  expect(await database.prisma.syncItem.count({ where: { runUuid: uuid } })).toBe(ORGANISATIONS)
  await work(uuid, 'APPLY')
  await work(uuid, 'APPLY')
  expect(await database.prisma.auditLog.count({ where: { action: STATUS_SYNC_ACTION } })).toBe(ORGANISATIONS)
})
