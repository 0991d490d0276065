import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { after, decide, NONE } from '../test-support/decide.ts'
import { anAccount, aRegistration } from '../testing/an-account.ts'
import {
  ACCOUNT_STATUSES,
  ACCOUNT_TYPES,
  MANUAL_SOURCES,
  type OrganisationAccount,
  REGISTRATION_STATUSES,
  type Registration,
  STATUS_SOURCES,
} from './account.ts'
import { DEFAULT_STATUS_POLICY, decideStatus, type StatusQuestion } from './decide-status.ts'

/** Enough that each property meets its rare cases, too: few questions make an account active, or take a number. */
const MANY = { numRuns: 2_000 }

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
    askedAfterRead: fc.boolean(),
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
      MANY,
    )
  })

  test('an unknown status never changes anything', () => {
    const unknown = registrations(fc.string().filter((status) => !REGISTRATION_STATUSES.some((known) => known === status)))
    fc.assert(
      fc.property(questions, unknown, (question, registration) => {
        expect(decideStatus({ ...question, answer: { kind: 'found', registration } }).change).toBeNull()
      }),
      MANY,
    )
  })

  test('a person’s suspension is never lifted', () => {
    fc.assert(
      fc.property(questions, fc.constantFrom(...MANUAL_SOURCES), (question, statusSource) => {
        const account = { ...question.account, accountStatus: 'suspended', statusSource } as const
        expect(decideStatus({ ...question, account })).toMatchObject({ action: 'skip', reasonCode: 'MANUAL_HOLD', change: null })
      }),
      MANY,
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
      MANY,
    )
  })

  test('where an account stays otherwise than the service says at this moment, somebody is told', () => {
    fc.assert(
      fc.property(questions, (question) => {
        const { action, reasonCode } = decideStatus({ ...question, askedAfterRead: true })
        expect(reasonCode).not.toBe('STALE')
        if (action === 'skip') expect(['CLOSED', 'MANUAL_HOLD', 'UNKNOWN_STATUS']).toContain(reasonCode)
      }),
      MANY,
    )
  })

  test('what was under way for a while is never a finding about the service, and never takes an account back to an older version', () => {
    fc.assert(
      fc.property(questions, (question) => {
        const { change, reasonCode } = decideStatus({ ...question, askedAfterRead: false })
        expect(['VERSION_WENT_BACK', 'VERSION_REUSED', 'SET_BY_HAND']).not.toContain(reasonCode)
        const { registrationId, registrationVersion } = question.account
        if (change && registrationId !== null && change.registrationId === registrationId)
          expect(change.registrationVersion).toBeGreaterThanOrEqual(registrationVersion ?? 0)
      }),
      MANY,
    )
  })

  test('a number is never taken from its holder', () => {
    fc.assert(
      fc.property(questions, (question) => {
        const { change } = decideStatus({ ...question, numberHolder: 'u2' })
        if (change) expect(change.registrationNumber).toBe(question.account.registrationNumber || null)
      }),
      MANY,
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
      MANY,
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
      MANY,
    )
  })
})
