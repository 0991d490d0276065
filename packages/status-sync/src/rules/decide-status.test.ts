import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anAccount, aRegistration } from '../testing/an-account.ts'
import {
  ACCOUNT_STATUSES,
  ACCOUNT_TYPES,
  type AccountStatus,
  type OrganisationAccount,
  REGISTRATION_STATUSES,
  type Registration,
  STATUS_SOURCES,
} from './account.ts'
import { DEFAULT_STATUS_POLICY, decideStatus, type StatusChange, type StatusDecision, type StatusQuestion } from './decide-status.ts'
import { REASONS, type ReasonCode } from './reason-codes.ts'

const found = (changes: Partial<Registration> = {}) => ({ kind: 'found', registration: aRegistration(changes) }) as const
const NONE = { kind: 'none' } as const

function decide({ account = {}, ...asked }: Partial<Omit<StatusQuestion, 'account'>> & { account?: Partial<OrganisationAccount> }) {
  const standing = anAccount(account)
  const by = standing.registrationNumber ? 'number' : 'userId'
  return decideStatus({
    ...{ account: standing, answer: NONE, by, recentChanges: 0, numberHolder: null, policy: DEFAULT_STATUS_POLICY },
    ...asked,
  })
}

/** The account once the decision was written. */
function after(account: OrganisationAccount, { change, seen, reasonCode }: StatusDecision): OrganisationAccount {
  if (change) {
    const { revokesSessions: _, ...columns } = change
    return { ...account, ...columns, statusSource: 'registration_sync', statusReason: reasonCode, statusVersion: account.statusVersion + 1 }
  }
  return seen ? { ...account, registrationId: seen.registrationId, registrationVersion: seen.version } : account
}

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
    'pending_registration, no number | approved, ETH-2024-00017 → active, number set; MAP_APPROVED',
    {
      account: {},
      answer: found({ status: 'approved', registrationNumber: NUMBER }),
      action: 'update',
      reasonCode: 'MAP_APPROVED',
      change: { accountStatus: 'active', organizationStatus: 'approved', registrationNumber: NUMBER, revokesSessions: false },
    },
  ],
  [
    'active | rejected → suspended, sessions revoked; MAP_REJECTED',
    {
      account: { accountStatus: 'active', organizationStatus: 'approved' },
      answer: found({ status: 'rejected' }),
      action: 'update',
      reasonCode: 'MAP_REJECTED',
      change: { accountStatus: 'suspended', organizationStatus: 'rejected', revokesSessions: true },
    },
  ],
  [
    'suspended (source admin) | approved → unchanged, MANUAL_HOLD',
    {
      account: { accountStatus: 'suspended', statusSource: 'admin' },
      answer: found({ status: 'approved' }),
      action: 'skip',
      reasonCode: 'MANUAL_HOLD',
    },
  ],
  [
    'suspended (source registration) | submitted → pending_registration, RESUBMITTED',
    {
      account: { accountStatus: 'suspended', statusSource: 'registration_sync', organizationStatus: 'rejected' },
      answer: found({ status: 'submitted' }),
      action: 'update',
      reasonCode: 'RESUBMITTED',
      change: { accountStatus: 'pending_registration', organizationStatus: 'submitted', revokesSessions: false },
    },
  ],
  [
    'active | archived (unknown) → unchanged, UNKNOWN_STATUS, alert',
    {
      account: { accountStatus: 'active', organizationStatus: 'approved' },
      answer: found({ status: 'archived' }),
      action: 'skip',
      reasonCode: 'UNKNOWN_STATUS',
      alert: true,
    },
  ],
  [
    'active, registrationVersion 9 | approved, version 8 → unchanged, STALE',
    {
      account: { accountStatus: 'active', organizationStatus: 'certified', registrationVersion: 9 },
      answer: found({ status: 'approved', version: 8 }),
      action: 'skip',
      reasonCode: 'STALE',
    },
  ],
  [
    'pending | 404 by user id → unchanged, NOT_REGISTERED',
    { account: { registrationNumber: null }, answer: NONE, action: 'none', reasonCode: 'NOT_REGISTERED' },
  ],
  [
    'active, number R1 | 404 by number → unchanged, REGISTRATION_GONE, finding',
    {
      account: { accountStatus: 'active', registrationNumber: 'R1' },
      answer: NONE,
      action: 'finding',
      reasonCode: 'REGISTRATION_GONE',
    },
  ],
]

describe('the expectation table', () => {
  test.each(EXPECTATION_TABLE)('%s', (_title, { account, answer, change, alert = false, ...expected }) => {
    const decision = decide({ account, answer })
    expect(decision).toMatchObject({ ...expected, alert, change: change ?? null })
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

describe('what went wrong in the earlier system', () => {
  test.each(ACCOUNT_STATUSES)('defect 8: an unknown status leaves an account that is %s alone', (accountStatus) => {
    expect(decide({ account: { accountStatus }, answer: found({ status: 'renewal_due', version: 99 }) }).change).toBeNull()
  })

  test.each(['Approved', 'approved ', '', 'constructor'])('defect 8: %o is no status that we know', (status) => {
    const decision = decide({ account: { accountStatus: 'active' }, answer: found({ status }) })
    expect(decision).toMatchObject({ action: 'skip', reasonCode: 'UNKNOWN_STATUS', alert: true })
  })

  test.each(['admin', 'security', 'billing'] as const)(
    'defect 9: whom %s suspended stays suspended, whatever the service says',
    (source) => {
      const account = { accountStatus: 'suspended', statusSource: source, registrationNumber: 'R1' } as const
      for (const answer of [found({ status: 'approved' }), found({ status: 'submitted' }), found({ status: 'archived' }), NONE])
        expect(decide({ account, answer })).toMatchObject({ action: 'skip', reasonCode: 'MANUAL_HOLD', change: null, alert: false })
    },
  )

  test('defect 9: whom an admin let in again follows a later rejection, but not the one that stood before', () => {
    const account = { accountStatus: 'active', organizationStatus: 'rejected', statusSource: 'admin', registrationId: 'reg-1' } as const
    const rejected = (version: number) => found({ status: 'rejected', version })
    expect(decide({ account: { ...account, registrationVersion: 4 }, answer: rejected(4) })).toMatchObject({ reasonCode: 'STALE' })
    expect(decide({ account: { ...account, registrationVersion: 4 }, answer: rejected(5) })).toMatchObject({ reasonCode: 'MAP_REJECTED' })
    expect(decide({ account: { ...account, registrationVersion: null }, answer: rejected(4) })).toMatchObject({ action: 'update' })
  })

  test('defect 10: what was read before a push was applied comes too late', () => {
    const standing = anAccount({ accountStatus: 'active', organizationStatus: 'approved', registrationId: 'reg-1', registrationVersion: 3 })
    const pushed = found({ status: 'rejected', version: 4 })
    const afterPush = after(standing, decide({ account: standing, answer: pushed }))
    expect(afterPush.accountStatus).toBe('suspended')
    expect(decide({ account: afterPush, answer: found({ status: 'approved', version: 3 }) })).toMatchObject({ reasonCode: 'STALE' })
  })

  test('defect 10: a change says which version of which registration it is from', () => {
    const { change } = decide({ answer: found({ status: 'approved', version: 7 }) })
    expect(change).toMatchObject({ registrationId: 'reg-1', registrationVersion: 7 })
  })

  test('defect 11: an account that agrees is told apart from one that was not found, and its registration’s version is noted', () => {
    const account = { accountStatus: 'active', organizationStatus: 'approved', registrationId: 'reg-1', registrationVersion: 2 } as const
    const agreed = decide({ account, answer: found({ status: 'approved', version: 5 }) })
    expect(agreed).toMatchObject({ action: 'none', reasonCode: 'UNCHANGED', seen: { registrationId: 'reg-1', version: 5 } })
    expect(decide({ account, answer: NONE })).toMatchObject({ action: 'none', reasonCode: 'NOT_REGISTERED', seen: null })
    const later = after(anAccount(account), agreed)
    expect(decide({ account: later, answer: found({ status: 'rejected', version: 4 }) })).toMatchObject({ reasonCode: 'STALE' })
  })

  test.each(['draft', 'submitted', 'under_review', 'clarification'])('defect 12: rejected, then %s again, is pending again', (status) => {
    for (const statusSource of ['registration_sync', 'realtime'] as const) {
      const account = { accountStatus: 'suspended', organizationStatus: 'rejected', statusSource } as const
      expect(decide({ account, answer: found({ status }) })).toMatchObject({
        reasonCode: 'RESUBMITTED',
        change: { accountStatus: 'pending_registration' },
      })
    }
  })

  test('defect 12: rejected, then approved after all, is active', () => {
    const account = { accountStatus: 'suspended', organizationStatus: 'rejected' } as const
    expect(decide({ account, answer: found({ status: 'approved' }) })).toMatchObject({ reasonCode: 'MAP_APPROVED' })
  })

  test('defect 20: a registration without a number gives its status all the same', () => {
    const decision = decide({ answer: found({ status: 'submitted', registrationNumber: null }) })
    expect(decision).toMatchObject({ action: 'update', change: { organizationStatus: 'submitted', registrationNumber: null } })
    const rejected = decide({ account: { accountStatus: 'active' }, answer: found({ status: 'rejected', registrationNumber: '' }) })
    expect(rejected).toMatchObject({ change: { accountStatus: 'suspended', registrationNumber: null } })
  })

  test('a status that has leaked into the account is a finding', () => {
    const leaked = { accountStatus: 'under_review' as AccountStatus }
    expect(decide({ account: leaked, answer: found({ status: 'approved' }) })).toMatchObject({
      action: 'finding',
      reasonCode: 'ACCOUNT_STATUS_UNKNOWN',
      change: null,
    })
  })
})

describe('findings for a person', () => {
  test.each(['number', 'userId'] as const)('several registrations under one %s are not chosen from', (by) => {
    const answer = { kind: 'several', registrationIds: ['a', 'b'] } as const
    expect(decide({ by, answer })).toMatchObject({ action: 'finding', reasonCode: 'SEVERAL_REGISTRATIONS', change: null })
  })

  test('a number that another account has is not taken from it', () => {
    const answer = found({ status: 'approved', registrationNumber: 'R1' })
    expect(decide({ answer, numberHolder: 'u2' })).toMatchObject({ action: 'finding', reasonCode: 'NUMBER_TAKEN', change: null })
    expect(decide({ answer, numberHolder: 'u1' })).toMatchObject({ action: 'update' })
  })

  test('an organisation does not follow a registration that somebody else made; an individual may act for one', () => {
    const answer = found({ status: 'approved', registrationNumber: 'R1', userId: 'u9' })
    const account = { registrationNumber: 'R1' }
    expect(decide({ account, answer })).toMatchObject({ action: 'finding', reasonCode: 'OTHER_OWNER', change: null })
    expect(decide({ account: { ...account, type: 'individual' }, answer })).toMatchObject({ action: 'update' })
  })

  test('a registration that was renumbered is followed, another one is not', () => {
    const account = { registrationNumber: 'R1', registrationId: 'reg-1', registrationVersion: 1 }
    const renumbered = { status: 'approved', registrationNumber: 'R2', version: 2 }
    expect(decide({ account, answer: found(renumbered), by: 'userId' })).toMatchObject({ change: { registrationNumber: 'R2' } })
    const another = found({ ...renumbered, registrationId: 'reg-2' })
    expect(decide({ account, answer: another, by: 'userId' })).toMatchObject({ action: 'finding', reasonCode: 'NUMBER_DIFFERS' })
  })
})

describe('what changes besides the status', () => {
  const agreeing = {
    accountStatus: 'active',
    organizationStatus: 'approved',
    registrationNumber: 'R1',
    registrationId: 'reg-1',
    registrationVersion: 1,
  } as const
  const approved = { status: 'approved', registrationNumber: 'R1', version: 2 }

  test.each<[ReasonCode, Partial<OrganisationAccount>, Partial<Registration>]>([
    ['NUMBER_ADDED', { registrationNumber: null }, {}],
    ['NUMBER_ADDED', { registrationNumber: '' }, {}],
    ['NUMBER_CHANGED', {}, { registrationNumber: 'R2' }],
    ['REGISTRATION_REPLACED', {}, { registrationId: 'reg-2', version: 1 }],
    ['MAP_CERTIFIED', {}, { status: 'certified' }],
  ])('%s', (reasonCode, account, registration) => {
    const decision = decide({ account: { ...agreeing, ...account }, answer: found({ ...approved, ...registration }) })
    expect(decision).toMatchObject({ action: 'update', reasonCode, change: { accountStatus: 'active', revokesSessions: false } })
  })

  test('the versions of another registration begin anew', () => {
    const account = { ...agreeing, registrationNumber: null, registrationVersion: 9 }
    const answer = found({ registrationId: 'reg-2', status: 'rejected', version: 1 })
    expect(decide({ account, answer })).toMatchObject({ reasonCode: 'MAP_REJECTED' })
  })

  test('a number that the registration lost stays the account’s', () => {
    const answer = found({ ...approved, registrationNumber: null })
    expect(decide({ account: agreeing, answer, by: 'userId' })).toMatchObject({ action: 'none', reasonCode: 'UNCHANGED' })
  })
})

describe('an account whose status changes too often', () => {
  const account = { accountStatus: 'active', organizationStatus: 'approved' } as const
  const rejected = found({ status: 'rejected' })

  test('changes three times within a day, and is held the fourth', () => {
    expect(DEFAULT_STATUS_POLICY).toEqual({ maxChanges: 3, flapWindowMs: 86_400_000 })
    expect(decide({ account, answer: rejected, recentChanges: 2 })).toMatchObject({ action: 'update' })
    expect(decide({ account, answer: rejected, recentChanges: 3 })).toMatchObject({ action: 'hold', reasonCode: 'FLAPPING', change: null })
  })

  test('goes on learning what leaves its status alone', () => {
    expect(decide({ account, answer: found({ status: 'certified' }), recentChanges: 9 })).toMatchObject({ action: 'update' })
    expect(decide({ account, answer: found({ status: 'approved' }), recentChanges: 9 })).toMatchObject({ reasonCode: 'UNCHANGED' })
  })
})

test('a closed account is left alone', () => {
  const account = { accountStatus: 'closed', registrationNumber: 'R1' } as const
  for (const answer of [found({ status: 'approved' }), found({ status: 'archived' }), NONE])
    expect(decide({ account, answer })).toMatchObject({ action: 'skip', reasonCode: 'CLOSED', change: null })
})

describe('whatever the account and the answer are', () => {
  const number = fc.constantFrom(null, '', 'R1', 'R2')
  const id = fc.constantFrom('reg-1', 'reg-2')
  const version = fc.integer({ min: 1, max: 5 })
  const accounts: fc.Arbitrary<OrganisationAccount> = fc
    .record({
      type: fc.constantFrom(...ACCOUNT_TYPES),
      accountStatus: fc.constantFrom(...ACCOUNT_STATUSES),
      organizationStatus: fc.constantFrom(null, 'archived', ...REGISTRATION_STATUSES),
      registrationNumber: number,
      statusSource: fc.constantFrom(...STATUS_SOURCES),
      registrationId: fc.option(id),
      registrationVersion: fc.option(version),
    })
    .map(anAccount)
  const registrations = (status: fc.Arbitrary<string>) =>
    fc.record({ registrationId: id, registrationNumber: number, userId: fc.constantFrom('u1', 'u2'), status, version }).map(aRegistration)
  const knownOrNot = fc.constantFrom('archived', 'renewal_due', ...REGISTRATION_STATUSES)
  const answers: fc.Arbitrary<StatusQuestion['answer']> = fc.oneof(
    { weight: 8, arbitrary: registrations(knownOrNot).map((registration) => ({ kind: 'found' as const, registration })) },
    fc.constant(NONE),
    fc.constant({ kind: 'several' as const, registrationIds: ['a', 'b'] }),
  )
  const questions: fc.Arbitrary<StatusQuestion> = fc.record({
    account: accounts,
    answer: answers,
    by: fc.constantFrom('number', 'userId'),
    recentChanges: fc.nat(5),
    numberHolder: fc.constantFrom(null, 'u1', 'u2'),
    policy: fc.constant(DEFAULT_STATUS_POLICY),
  })

  test('only an update changes, and it always does', () => {
    fc.assert(
      fc.property(questions, (question) => {
        const { action, change } = decideStatus(question)
        expect(change !== null).toBe(action === 'update')
        if (!change) return
        const { revokesSessions, ...columns } = change
        expect(question.account).not.toMatchObject(columns)
        expect(revokesSessions).toBe(columns.accountStatus === 'suspended' && question.account.accountStatus !== 'suspended')
      }),
    )
  })

  test('an unknown status never changes anything', () => {
    const unknown = registrations(fc.string().filter((status) => !REGISTRATION_STATUSES.some((known) => known === status)))
    fc.assert(
      fc.property(questions, unknown, (question, registration) => {
        expect(decideStatus({ ...question, answer: { kind: 'found', registration } }).change).toBeNull()
      }),
    )
  })

  test('a person’s suspension is never lifted', () => {
    fc.assert(
      fc.property(questions, fc.constantFrom('admin', 'security', 'billing'), (question, statusSource) => {
        const account = { ...question.account, accountStatus: 'suspended', statusSource } as const
        expect(decideStatus({ ...question, account })).toMatchObject({ action: 'skip', reasonCode: 'MANUAL_HOLD', change: null })
      }),
    )
  })

  test('nobody becomes active but by a registration of his that was approved or certified', () => {
    fc.assert(
      fc.property(questions, (question) => {
        const { change } = decideStatus(question)
        if (change?.accountStatus !== 'active') return
        expect(['approved', 'certified']).toContain(change.organizationStatus)
        const { account, answer } = question
        expect(account.type !== 'organization' || (answer.kind === 'found' && answer.registration.userId === account.userId)).toBe(true)
      }),
    )
  })

  test('a number is never taken from its holder', () => {
    fc.assert(
      fc.property(questions, (question) => {
        const { change } = decideStatus({ ...question, numberHolder: 'u2' })
        if (change) expect(change.registrationNumber).toBe(question.account.registrationNumber || null)
      }),
    )
  })

  test('what was applied is not applied twice', () => {
    fc.assert(
      fc.property(questions, (question) => {
        const decision = decideStatus(question)
        const account = after(question.account, decision)
        const again = decideStatus({ ...question, account, numberHolder: question.account.userId })
        if (decision.change) expect(again).toMatchObject({ action: 'none', reasonCode: 'UNCHANGED' })
      }),
    )
  })

  test('versions of one registration leave the account where the newest of them puts it, in whatever order they come', () => {
    const told = fc.uniqueArray(registrations(fc.constantFrom(...REGISTRATION_STATUSES)), {
      selector: ({ version: told }) => told,
      minLength: 1,
    })
    fc.assert(
      fc.property(told, fc.infiniteStream(fc.nat()), (versions, random) => {
        const own = versions.map((one) => ({ ...one, registrationId: 'reg-1', registrationNumber: null, userId: 'u1' }))
        const apply = (account: OrganisationAccount, registration: Registration) =>
          after(account, decide({ account, answer: { kind: 'found', registration } }))
        const shuffled = own.map((one) => ({ one, at: random.next().value })).sort((a, b) => a.at - b.at)
        const ended = shuffled.reduce((account, { one }) => apply(account, one), anAccount())
        const newest = own.reduce((a, b) => (b.version > a.version ? b : a))
        expect(ended).toMatchObject({ organizationStatus: newest.status, registrationVersion: newest.version })
      }),
    )
  })
})
