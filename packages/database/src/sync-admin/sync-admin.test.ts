import { randomUUID } from 'node:crypto'
import { prepareRun } from '@rollcall/engine'
import { complete, end, insert, newRun, T0 } from '@rollcall/engine/testing/ledger-contract'
import { type AccountChange, type NewAccount, sessionRevocation } from '@rollcall/status-sync'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { TestDatabase } from '../testing/create-test-database.ts'
import { testDialects } from '../testing/test-dialects.ts'

const audit = { at: T0, actor: 'an operator', action: 'account.status', targetType: 'account', reason: 'A test.', details: {} }

function suspension(userId: string, expectedVersion = 1): AccountChange {
  return {
    ...{ userId, expectedVersion, accountStatus: 'suspended', organizationStatus: null, registrationNumber: null, registrationId: null },
    ...{ registrationVersion: null, statusSource: 'security', statusReason: 'Fraud.', at: T0, revokesSessions: true },
    audit: { ...audit, id: randomUUID(), targetId: userId },
  }
}

for (const { dialect, open } of testDialects) {
  describe(`what operators ask and order, over ${dialect}`, () => {
    let opened: TestDatabase
    beforeEach(async () => {
      opened = await open()
    })
    afterEach(() => opened.cleanup())

    async function account(userId: string, changes: Partial<NewAccount> = {}): Promise<void> {
      const made = { userId, type: 'organization', email: null, organizationName: null, registrationNumber: null, azureId: null } as const
      const written = { ...audit, id: randomUUID(), targetId: userId }
      await opened.database.organisationAccounts.add({ ...made, createdAt: T0, ...changes }, written)
    }

    test('a change commits with the runs that it begins, and begins none where it comes too late', async () => {
      const { accountOrders, audit: log, ledger, organisationAccounts } = opened.database
      await account('u1', { azureId: 'a1' })
      const revocation = (statusVersion: number) =>
        prepareRun({
          process: sessionRevocation,
          input: { userId: 'u1', azureId: 'a1', statusVersion },
          ...{ groupUuid: randomUUID(), requestedBy: 'an operator', priority: 1, now: T0, newId: () => randomUUID() },
        })
      const run = revocation(2)
      expect(await accountOrders.change({ change: suspension('u1'), start: [run] })).toBe('applied')
      expect(await ledger.find(run.uuid)).toMatchObject({ process: 'session-revocation', status: 'new' })
      expect(await organisationAccounts.read(['u1'])).toMatchObject([
        { accountStatus: 'suspended', statusVersion: 2, sessionsValidFrom: T0 },
      ])
      const late = revocation(3)
      expect(await accountOrders.change({ change: suspension('u1'), start: [late] })).toBe('changed')
      expect(await accountOrders.change({ change: suspension('nobody'), start: [] })).toBe('changed')
      expect(await ledger.find(late.uuid)).toBeNull()
      // The one of the account's making, and one of its change.
      expect(await log.list({ targetType: 'account', targetId: 'u1', limit: 10 })).toHaveLength(2)
    })

    test('accounts are listed by userId, by status, and by when they were last looked at', async () => {
      for (const userId of ['u1', 'u2', 'u3']) await account(userId)
      await opened.database.accountOrders.change({ change: suspension('u2'), start: [] })
      await opened.database.prisma.organisationAccount.update({ where: { userId: 'u3' }, data: { lastSyncAt: new Date(T0 + 10) } })
      const list = async (page: Partial<Parameters<typeof opened.database.accountOrders.list>[0]>) => {
        const all = { status: null, verifiedBefore: null, after: null, limit: 10 }
        return (await opened.database.accountOrders.list({ ...all, ...page })).map(({ userId }) => userId)
      }
      expect(await list({})).toEqual(['u1', 'u2', 'u3'])
      expect(await list({ limit: 1, after: 'u1' })).toEqual(['u2'])
      expect(await list({ status: 'suspended' })).toEqual(['u2'])
      expect(await list({ verifiedBefore: T0 + 10 })).toEqual(['u1', 'u2'])
      expect(await list({ verifiedBefore: T0 + 11 })).toEqual(['u1', 'u2', 'u3'])
    })

    test('a request to pause has its audit row, and is nothing where no run has begun', async () => {
      const { accountOrders, audit: log, syncRuns } = opened.database
      const runUuid = randomUUID()
      const order = () => ({ runUuid, by: 'an operator', audit: { ...audit, id: randomUUID(), targetType: 'run', targetId: runUuid } })
      expect(await accountOrders.askPause(order())).toBe(false)
      expect(await log.list({ targetType: 'run', targetId: runUuid, limit: 10 })).toEqual([])
      await syncRuns.begin({ runUuid, job: 'userStatusSync', trigger: 'manual', dryRun: false, config: {}, startedAt: T0 })
      expect(await accountOrders.askPause(order())).toBe(true)
      expect(await log.list({ targetType: 'run', targetId: runUuid, limit: 10 })).toHaveLength(1)
      expect(await syncRuns.find(runUuid)).toMatchObject({ pauseAskedBy: 'an operator' })
      expect((await opened.database.jobReads.syncRuns([runUuid, randomUUID()])).get(runUuid)?.pauseAskedBy).toBe('an operator')
    })

    test('runs are counted by how they ended, of all times and of late', async () => {
      const { jobReads, ledger } = opened.database
      const runs = ['a', 'a', 'a', 'b'].map((process, index) => newRun({ process, createdAt: T0 + index }))
      for (const run of runs) await insert(opened.database, run)
      const [first, second] = runs
      if (!first || !second) throw new Error('There are four runs.')
      await ledger.commit([complete(first), end(second, { state: 'FAILED', status: 'failed' })])
      const counted = await jobReads.countRuns({ processes: ['a'], since: null })
      expect(counted.toSorted((one, other) => (one.status < other.status ? -1 : 1))).toEqual([
        { process: 'a', status: 'completed', completion: 'full', count: 1 },
        { process: 'a', status: 'failed', completion: null, count: 1 },
        { process: 'a', status: 'new', completion: null, count: 1 },
      ])
      expect(await jobReads.countRuns({ processes: ['a', 'b'], since: T0 + 2 })).toHaveLength(2)
      expect((await jobReads.goingRuns(['a', 'b'])).map(({ process }) => process)).toEqual(['a', 'b'])
    })
  })
}
