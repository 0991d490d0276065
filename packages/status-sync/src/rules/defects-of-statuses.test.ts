// What the earlier system did wrong when it decided on a status. The numbers are the domain file's.
import { describe, expect, test } from 'vitest'
import { after, decide, found, lookUp, NONE } from '../test-support/decide.ts'
import { anAccount } from '../testing/an-account.ts'
import { ACCOUNT_STATUSES } from './account.ts'

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

  test('defect 10: an account that was handed back follows no push that was under way before', () => {
    const handedBack = {
      accountStatus: 'pending_registration',
      statusSource: 'admin',
      registrationId: 'reg-1',
      registrationVersion: 7,
    } as const
    expect(decide({ account: handedBack, answer: found({ status: 'rejected', version: 2 }) })).toMatchObject({ reasonCode: 'STALE' })
    expect(lookUp({ account: handedBack, answer: found({ status: 'approved', version: 7 }) })).toMatchObject({ reasonCode: 'MAP_APPROVED' })
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
})
