// Pushes over SQLite that come at one moment: their transitions share a transaction, and each of them must still count the others.
import { createIds, type Work } from '@rollcall/engine'
import { advance, newRun, T0 } from '@rollcall/engine/testing/ledger-contract'
import { DEFAULT_SYNC_CONFIG, type RegistrationChange } from '@rollcall/status-sync'
import { createApplyHandlers } from '@rollcall/status-sync/handlers'
import { aRegistration } from '@rollcall/status-sync/testing'
import { expect, onTestFinished, test } from 'vitest'
import { createTestDatabase } from '../testing/create-test-database.ts'

const ACCOUNTS = 60
const LIMIT = 20

function userIdOf(index: number): string {
  return `u${String(index).padStart(4, '0')}`
}

function workOf(index: number): Work<RegistrationChange, 'APPLY_CHANGE'> {
  const [userId, registrationNumber, registrationId] = [userIdOf(index), `ETH-${index}`, `reg-${index}`]
  const registration = aRegistration({ registrationId, registrationNumber, userId, status: 'rejected', version: 2 })
  return {
    ...{ uuid: registrationId, version: 1, groupUuid: 'g1', input: { registration, webhookId: 'w1' }, result: {} },
    ...{ pollingUuid: null, priority: 1, bulk: false, attempt: 0, isFirstTry: true, stateSince: T0, now: T0 },
    signal: new AbortController().signal,
  }
}

test('pushes whose transitions share a transaction suspend no more accounts than one after the other', async () => {
  const { database, cleanup } = await createTestDatabase()
  onTestFinished(cleanup)
  const { ledger, organisationAccounts, prisma, registrationSeeds, syncRuns } = database
  const standing = { accountStatus: 'active', organizationStatus: 'approved', registrationVersion: 1, organizationName: 'Mill' }
  const indexes = Array.from({ length: ACCOUNTS }, (_, index) => index)
  await registrationSeeds.addAccounts(
    indexes.map((index) => ({ ...standing, userId: userIdOf(index), registrationNumber: `ETH-${index}`, createdAt: T0 })),
  )
  let counted = 0
  const clock = { now: () => T0 }
  const handlers = createApplyHandlers({
    ...{ accounts: organisationAccounts, syncRuns, clock, newId: createIds(clock) },
    ...{ notify: () => undefined, pushSettings: async () => DEFAULT_SYNC_CONFIG },
    countChanges: ({ changes }) => {
      counted += changes
    },
    dispatcher: { enqueue: async () => undefined },
  })
  const apply = handlers.find(({ process }) => process.name === 'registration-change')?.handlers.APPLY_CHANGE
  if (!apply) throw new Error('There is no handler for pushes.')

  const answers = await Promise.all(indexes.map((index) => apply(workOf(index))))
  const runs = indexes.map(() => newRun())
  await ledger.accept({ groupUuid: runs[0]?.groupUuid ?? '', request: null, runs })
  const committed = await Promise.allSettled(
    runs.map((run, index) => {
      const answer = answers[index]
      if (!answer || !('write' in answer) || !answer.write) throw new Error('Nothing is to be written.')
      return ledger.commitWith({ transition: advance(run), write: answer.write, start: [] })
    }),
  )
  const refused = committed.flatMap((one) => (one.status === 'rejected' ? [one.reason.errorCode?.code ?? String(one.reason)] : []))
  expect(await prisma.organisationAccount.count({ where: { accountStatus: 'suspended' } })).toBe(LIMIT)
  expect(refused).toEqual(Array(ACCOUNTS - LIMIT).fill('PUSHES_AT_LIMIT'))
  expect(counted).toBe(LIMIT)
})
