// The worked examples of the domain file, row by row: the titles are its words. What comes late is told here as a push is, which may be.
import { describe, expect, test } from 'vitest'
import { createSyncStory } from '../test-support/create-sync-story.ts'
import { decide, found, NONE } from '../test-support/decide.ts'
import { anAccount } from '../testing/an-account.ts'
import { type OrganisationAccount, REGISTRATION_STATUSES } from './account.ts'
import type { StatusChange, StatusDecision, StatusQuestion } from './decide-status.ts'
import { REASONS, type ReasonCode } from './reason-codes.ts'

interface Row {
  readonly account: Partial<OrganisationAccount>
  readonly answer: StatusQuestion['answer']
  readonly reasonCode: ReasonCode
  readonly action: StatusDecision['action']
  readonly change?: Partial<StatusChange>
  readonly alert?: boolean
}

const NUMBER = 'ETH-2024-00017'

const EXPECTATION_TABLE: readonly (readonly [string, Row])[] = [
  [
    '| pending_registration, no number | approved, ETH-2024-00017 | active, number set; reason `MAP_APPROVED` |',
    {
      account: {},
      answer: found({ status: 'approved', registrationNumber: NUMBER }),
      action: 'update',
      reasonCode: 'MAP_APPROVED',
      change: { accountStatus: 'active', organizationStatus: 'approved', registrationNumber: NUMBER, revokesSessions: false },
    },
  ],
  [
    '| active | rejected | suspended, sessions revoked; `MAP_REJECTED` |',
    {
      account: { accountStatus: 'active', organizationStatus: 'approved' },
      answer: found({ status: 'rejected' }),
      action: 'update',
      reasonCode: 'MAP_REJECTED',
      change: { accountStatus: 'suspended', organizationStatus: 'rejected', revokesSessions: true },
    },
  ],
  [
    '| suspended (source admin) | approved | unchanged, `MANUAL_HOLD` |',
    {
      account: { accountStatus: 'suspended', statusSource: 'admin' },
      answer: found({ status: 'approved' }),
      action: 'skip',
      reasonCode: 'MANUAL_HOLD',
    },
  ],
  [
    '| suspended (source registration) | submitted | pending_registration, `RESUBMITTED` |',
    {
      account: { accountStatus: 'suspended', statusSource: 'registration_sync', organizationStatus: 'rejected' },
      answer: found({ status: 'submitted' }),
      action: 'update',
      reasonCode: 'RESUBMITTED',
      change: { accountStatus: 'pending_registration', organizationStatus: 'submitted', revokesSessions: false },
    },
  ],
  [
    '| active | `archived` (unknown) | unchanged, `UNKNOWN_STATUS`, alert |',
    {
      account: { accountStatus: 'active', organizationStatus: 'approved' },
      answer: found({ status: 'archived' }),
      action: 'skip',
      reasonCode: 'UNKNOWN_STATUS',
      alert: true,
    },
  ],
  [
    '| active, registrationVersion 9 | approved, version 8 | unchanged, `STALE` |',
    {
      account: { accountStatus: 'active', organizationStatus: 'certified', registrationVersion: 9 },
      answer: found({ status: 'approved', version: 8 }),
      action: 'skip',
      reasonCode: 'STALE',
    },
  ],
  [
    '| pending | 404 by user id | unchanged, `NOT_REGISTERED` |',
    { account: { registrationNumber: null }, answer: NONE, action: 'none', reasonCode: 'NOT_REGISTERED' },
  ],
  [
    '| active, number R1 | 404 by number | unchanged, `REGISTRATION_GONE`, finding; not retried |',
    {
      account: { accountStatus: 'active', registrationNumber: 'R1' },
      answer: NONE,
      action: 'finding',
      reasonCode: 'REGISTRATION_GONE',
    },
  ],
]

/** So many requests does a sync send for one account. */
async function requestsFor(account: Partial<OrganisationAccount>, answer: Row['answer']): Promise<number> {
  const registrations = answer.kind === 'found' ? [answer.registration] : []
  const story = createSyncStory({ accounts: [anAccount(account)], registrations })
  await story.order()
  await story.play()
  return story.service.requests()
}

describe('the expectation table', () => {
  test.each(EXPECTATION_TABLE)('%s', async (title, { account, answer, change, alert = false, ...expected }) => {
    const decision = decide({ account, answer })
    expect(decision).toMatchObject({ ...expected, alert, change: change ?? null })
    if (title.includes('not retried')) expect(await requestsFor(account, answer)).toBe(1)
  })
})

describe('the mapping', () => {
  test.each([
    ['draft', 'pending_registration', 'MAP_DRAFT'],
    ['submitted', 'pending_registration', 'MAP_SUBMITTED'],
    ['under_review', 'pending_registration', 'MAP_UNDER_REVIEW'],
    ['clarification', 'pending_registration', 'MAP_CLARIFICATION'],
    ['approved', 'active', 'MAP_APPROVED'],
    ['certified', 'active', 'MAP_CERTIFIED'],
    ['rejected', 'suspended', 'MAP_REJECTED'],
  ])('a registration that is %s makes the account %s', (status, accountStatus, reasonCode) => {
    expect(decide({ answer: found({ status }) })).toMatchObject({
      action: 'update',
      reasonCode,
      change: { accountStatus, organizationStatus: status, registrationId: 'reg-1', registrationVersion: 1 },
    })
  })

  test('it has all seven statuses, and each of the rules’ words a sentence', () => {
    expect(REGISTRATION_STATUSES).toHaveLength(7)
    expect(Object.values(REASONS).every((sentence) => /^[A-Z].*\.$/.test(sentence))).toBe(true)
  })
})
