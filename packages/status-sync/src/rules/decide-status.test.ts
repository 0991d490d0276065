import { describe, expect, test } from 'vitest'
import { decide, found, lookUp, NONE } from '../test-support/decide.ts'
import { type AccountStatus, MANUAL_SOURCES, type OrganisationAccount, type Registration } from './account.ts'
import { DEFAULT_STATUS_POLICY } from './decide-status.ts'
import type { ReasonCode } from './reason-codes.ts'

test('a status that has leaked into the account is a finding', () => {
  const leaked = { accountStatus: 'under_review' as AccountStatus }
  expect(decide({ account: leaked, answer: found({ status: 'approved' }) })).toMatchObject({
    action: 'finding',
    reasonCode: 'ACCOUNT_STATUS_UNKNOWN',
    change: null,
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

describe('a closed account', () => {
  test('stays closed where a person closed it, or nothing is registered', () => {
    for (const statusSource of MANUAL_SOURCES)
      for (const answer of [found({ status: 'approved' }), found({ status: 'archived' }), NONE])
        expect(decide({ account: { accountStatus: 'closed', statusSource }, answer })).toMatchObject({
          action: 'skip',
          reasonCode: 'CLOSED',
        })
    expect(decide({ account: { accountStatus: 'closed' } })).toMatchObject({ action: 'skip', reasonCode: 'CLOSED', change: null })
  })

  test('that the clean-up closed is for a person to open once its user has a registration after all', () => {
    for (const answer of [
      found({ status: 'approved' }),
      found({ status: 'archived' }),
      { kind: 'several', registrationIds: ['a', 'b'] } as const,
    ])
      for (const ask of [decide, lookUp])
        expect(ask({ account: { accountStatus: 'closed', statusReason: 'ABANDONED' }, answer })).toMatchObject({
          ...{ action: 'finding', reasonCode: 'ACCOUNT_CLOSED_REGISTRATION_FOUND', change: null },
        })
  })
})

describe('an account that stays otherwise than its registration says', () => {
  const account = { accountStatus: 'active', organizationStatus: 'approved', registrationId: 'reg-1', registrationVersion: 4 } as const
  const rejected = (version: number) => found({ status: 'rejected', version })

  test('is a finding with an alert where the service, when asked, knows less than was applied: it has lost something', () => {
    const wentBack = { action: 'finding', reasonCode: 'VERSION_WENT_BACK', change: null, alert: true }
    expect(lookUp({ account, answer: rejected(3) })).toMatchObject(wentBack)
    expect(lookUp({ account, answer: found({ status: 'approved', version: 3 }) })).toMatchObject(wentBack)
    expect(decide({ account, answer: rejected(3) })).toMatchObject({ action: 'skip', reasonCode: 'STALE', alert: false })
  })

  test('is one, too, where a version says something else than when it was applied', () => {
    expect(lookUp({ account, answer: rejected(4) })).toMatchObject({ action: 'finding', reasonCode: 'VERSION_REUSED', alert: true })
    expect(decide({ account, answer: rejected(4) })).toMatchObject({ action: 'skip', reasonCode: 'STALE' })
  })

  test('is one without an alert where a person set it so', () => {
    const byHand = { ...account, statusSource: 'admin', organizationStatus: 'rejected' } as const
    expect(lookUp({ account: byHand, answer: rejected(4) })).toMatchObject({ action: 'finding', reasonCode: 'SET_BY_HAND', alert: false })
  })
})

describe('an account that was handed back', () => {
  const account = {
    accountStatus: 'pending_registration',
    organizationStatus: 'approved',
    statusSource: 'admin',
    registrationId: 'reg-1',
  } as const
  const handedBack = { ...account, registrationVersion: 7 }

  test('follows the version that was applied before, whoever tells it', () => {
    for (const ask of [decide, lookUp])
      expect(ask({ account: handedBack, answer: found({ status: 'approved', version: 7 }) })).toMatchObject({ reasonCode: 'MAP_APPROVED' })
  })

  test('follows an older one only if the service says it now: a push of it was under way for too long', () => {
    const older = found({ status: 'rejected', version: 2 })
    expect(decide({ account: handedBack, answer: older })).toMatchObject({ action: 'skip', reasonCode: 'STALE', change: null })
    expect(lookUp({ account: handedBack, answer: older })).toMatchObject({ reasonCode: 'MAP_REJECTED', change: { registrationVersion: 2 } })
  })
})
