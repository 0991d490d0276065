import { expect, test } from 'vitest'
import { anAccount, aRegistration } from '../testing/an-account.ts'
import { countDecision, NO_COUNTERS } from './count-decision.ts'
import { DEFAULT_STATUS_POLICY, decideStatus, type StatusQuestion } from './decide-status.ts'

const none = { kind: 'none' } as const
const found = (status: string, version = 1) => ({ kind: 'found', registration: aRegistration({ status, version }) }) as const
const active = { accountStatus: 'active', organizationStatus: 'approved', registrationId: 'reg-1', registrationVersion: 3 } as const

const DECISIONS: readonly (Pick<StatusQuestion, 'answer'> & Partial<StatusQuestion>)[] = [
  { answer: none },
  { answer: none, by: 'number' },
  { answer: found('approved') },
  { answer: found('submitted') },
  { answer: found('approved', 3), account: anAccount(active) },
  { answer: found('rejected', 2), account: anAccount(active) },
  { answer: found('rejected', 2), account: anAccount(active), askedAfterRead: true },
  { answer: found('rejected', 3), account: anAccount(active), askedAfterRead: true },
  { answer: found('rejected', 4), account: anAccount(active) },
  { answer: found('rejected', 4), account: anAccount(active), recentChanges: 3 },
  { answer: found('archived', 4), account: anAccount(active) },
  { answer: none, account: anAccount({ accountStatus: 'suspended', statusSource: 'security' }) },
  { answer: none, account: anAccount({ accountStatus: 'closed' }) },
  { answer: found('approved'), account: anAccount({ accountStatus: 'closed' }) },
  { answer: { kind: 'unreadable', field: 'version', shape: 'null' } },
]

test('every decision counts once among those scanned, and a change of status in its directions', () => {
  const counters = DECISIONS.reduce((counted, changes) => {
    const question = {
      account: anAccount(),
      by: 'userId',
      askedAfterRead: false,
      recentChanges: 0,
      numberHolder: null,
      policy: DEFAULT_STATUS_POLICY,
      ...changes,
    } as const
    return countDecision({ counters: counted, decision: decideStatus(question), from: question.account.accountStatus })
  }, NO_COUNTERS)
  expect(counters).toEqual({
    ...NO_COUNTERS,
    scanned: 15,
    unchanged: 2,
    toChange: 3,
    fromActive: 1,
    toActive: 1,
    toSuspended: 1,
    skippedManual: 1,
    skippedUnknown: 1,
    stale: 1,
    held: 1,
    notRegistered: 1,
    findings: 5,
    // A version that went back, one that was used again, and a record that cannot be read.
    inDoubt: 3,
  })
})
