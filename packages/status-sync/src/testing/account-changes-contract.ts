// How a store changes accounts: over the version that was read, with the audit row, and never back to what a registration said before. Part of
// organisation-accounts-contract.ts.
import { describe, expect, test } from 'vitest'
import type { OrganisationAccounts } from '../ports/organisation-accounts.ts'
import { T0 } from './an-account.ts'
import {
  aChange,
  aNewAccount,
  anAuditEntry,
  type OrganisationAccountsAdapter,
  openOrganisationAccounts,
} from './open-organisation-accounts.ts'

export function describeAccountChangesContract({ name, open }: OrganisationAccountsAdapter): void {
  const opened = () => openOrganisationAccounts(open)

  describe(`${name}: how every store of organisations’ accounts changes them`, () => {
    test('defect 10: applies a change while the version stands that was read, with its audit row', async () => {
      const { apply, auditOf, given, one } = await opened()
      const account = await given('u1', { accountStatus: 'active', organizationStatus: 'approved' })
      const change = aChange(account, {
        accountStatus: 'suspended',
        organizationStatus: 'rejected',
        registrationNumber: 'R1',
        registrationId: 'reg-1',
        registrationVersion: 4,
        statusSource: 'realtime',
        statusReason: 'MAP_REJECTED',
        at: T0 + 5_000,
        revokesSessions: true,
        audit: anAuditEntry({ action: 'USER_STATUS_SYNC', details: { newStatus: 'suspended' } }),
      })
      expect(await apply(change)).toEqual({ u1: 'applied' })
      const applied = await one()
      expect(applied).toEqual({
        ...account,
        accountStatus: 'suspended',
        organizationStatus: 'rejected',
        registrationNumber: 'R1',
        registrationId: 'reg-1',
        registrationVersion: 4,
        statusSource: 'realtime',
        statusReason: 'MAP_REJECTED',
        statusChangedAt: T0 + 5_000,
        statusVersion: account.statusVersion + 1,
        sessionsValidFrom: T0 + 5_000,
      })
      expect(await apply(change)).toEqual({ u1: 'changed' })
      expect(await one()).toEqual(applied)
      const audit = (await auditOf('u1')).filter(({ action }) => action === 'USER_STATUS_SYNC')
      expect(audit).toEqual([change.audit])
    })

    test('notes when the status changed, not when something else did, and ends sessions only where told to', async () => {
      const { apply, given, one } = await opened()
      const account = await given('u1', { accountStatus: 'active', at: T0 + 1_000, revokesSessions: true })
      expect(await apply(aChange(account, { organizationStatus: 'certified', at: T0 + 9_000 }))).toEqual({ u1: 'applied' })
      expect(await one()).toMatchObject({ organizationStatus: 'certified', statusChangedAt: T0 + 1_000, sessionsValidFrom: T0 + 1_000 })
    })

    test('says of each in a portion what became of it, and writes of none what is not its own', async () => {
      const { accounts, apply, auditOf, given, one } = await opened()
      const [moved, taker, free, renumbered] = [await given('moved'), await given('taker'), await given('free'), await given('renumbered')]
      await given('holder', { registrationNumber: 'R1' })
      await accounts.change(aChange(moved, { accountStatus: 'suspended', statusSource: 'security' }))
      const outcomes = await apply(
        aChange(taker, { registrationNumber: 'R1', accountStatus: 'active' }),
        aChange(renumbered, { registrationNumber: 'R2' }),
        aChange(moved, { accountStatus: 'active' }),
        aChange({ ...free, userId: 'nobody' }),
        aChange(free, { accountStatus: 'active' }),
      )
      expect(outcomes).toEqual({ taker: 'numberTaken', renumbered: 'applied', moved: 'changed', nobody: 'changed', free: 'applied' })
      expect(await one('moved')).toMatchObject({ accountStatus: 'suspended', statusSource: 'security' })
      expect(await one('taker')).toEqual(taker)
      expect(await one('free')).toMatchObject({ accountStatus: 'active', statusVersion: 2 })
      expect(await accounts.holdersOf(['R1', 'R2'])).toEqual(
        new Map([
          ['R1', 'holder'],
          ['R2', 'renumbered'],
        ]),
      )
      expect((await auditOf('taker')).length + (await auditOf('nobody')).length).toBe(1)
      expect(await apply()).toEqual({})
    })

    test('gives a number that two want in one portion to one of them', async () => {
      const { accounts, apply, given } = await opened()
      const both = [await given('u1'), await given('u2')]
      const outcomes = await apply(...both.map((account) => aChange(account, { registrationNumber: 'R1' })))
      expect(Object.values(outcomes).toSorted()).toEqual(['applied', 'numberTaken'])
      const [winner] = Object.entries(outcomes).find(([, outcome]) => outcome === 'applied') ?? []
      expect((await accounts.holdersOf(['R1'])).get('R1')).toBe(winner)
    })

    test('frees a number that its account has no more', async () => {
      const { accounts, apply, given } = await opened()
      const account = await given('u1', { registrationNumber: 'R1' })
      await apply(aChange(account, { registrationNumber: null }))
      expect(await apply(aChange(await given('u2'), { registrationNumber: 'R1' }))).toEqual({ u2: 'applied' })
      expect(await accounts.holdersOf(['R1'])).toEqual(new Map([['R1', 'u2']]))
    })

    test('lets an older version follow a newer one where a person has handed the account back', async () => {
      const { apply, given } = await opened()
      const known = { registrationId: 'reg-1', registrationVersion: 4, accountStatus: 'pending_registration' } as const
      const older = { accountStatus: 'suspended', registrationVersion: 3 } as const
      expect(await apply(aChange(await given('u1', { ...known, statusSource: 'admin' }), older))).toEqual({ u1: 'applied' })
      expect(await apply(aChange(await given('u2', { ...known, statusSource: 'realtime' }), older))).toEqual({ u2: 'changed' })
    })

    test('lets no older version of a registration follow a newer one, whatever the account’s own version is', async () => {
      const { apply, given } = await opened()
      const account = await given('u1', { registrationId: 'reg-1', registrationVersion: 4 })
      const older = { accountStatus: 'suspended', registrationVersion: 3 } as const
      expect(await apply(aChange(account, older))).toEqual({ u1: 'changed' })
      expect(await apply(aChange(account, { ...older, registrationId: 'reg-2' }))).toEqual({ u1: 'applied' })
    })

    test('applies 200 changes at once', async () => {
      const { accounts, apply } = await opened()
      const userIds = Array.from({ length: 200 }, (_, index) => `u${String(index).padStart(3, '0')}`)
      for (const userId of userIds) await accounts.add(aNewAccount({ userId }), anAuditEntry({ targetId: userId }))
      const read = await accounts.read(userIds)
      const outcomes = await apply(...read.map((account) => aChange(account, { accountStatus: 'active' })))
      expect(Object.values(outcomes).filter((outcome) => outcome === 'applied')).toHaveLength(200)
      expect((await accounts.read(userIds)).every(({ accountStatus }) => accountStatus === 'active')).toBe(true)
    })

    test('defect 10: of ten who change what they read at once, one does, and the others are told', async () => {
      const { accounts, auditOf, given, one } = await opened()
      const account = await given('u1')
      const orders = Array.from({ length: 10 }, (_, index) =>
        aChange(account, { accountStatus: 'active', statusReason: `Order ${index}.` }),
      )
      const outcomes = await Promise.all(orders.map((order) => accounts.change(order)))
      expect(outcomes.filter((outcome) => outcome === 'applied')).toHaveLength(1)
      expect(await one()).toMatchObject({ statusVersion: 2, statusReason: `Order ${outcomes.indexOf('applied')}.` })
      expect(await auditOf('u1')).toHaveLength(2)
    })

    test('defect 13: leaves an account as it is whose audit row cannot be written', async () => {
      const { accounts, auditOf, given, one } = await opened()
      const account = await given('u1')
      const audit = anAuditEntry()
      await accounts.change(aChange(await given('u2'), { audit }))
      await expect(accounts.change(aChange(account, { accountStatus: 'active', audit }))).rejects.toThrow()
      expect([await one(), (await auditOf('u1')).length]).toEqual([account, 2])
    })

    test('defect 13: leaves nothing of a transaction that was undone', async () => {
      const { accounts, auditOf, given, one, transaction } = await opened()
      const account = await given('u1')
      const undone = transaction(async (tx) => {
        expect((await accounts.apply(tx, [aChange(account, { accountStatus: 'active' })])).get('u1')).toBe('applied')
        await accounts.markVerified(tx, { accounts: [{ userId: 'u1', statusVersion: 2, seen: null }], at: T0 + 9 })
        throw new Error('undone')
      })
      await expect(undone).rejects.toThrow('undone')
      expect(await one()).toEqual(account)
      expect(await auditOf('u1')).toHaveLength(1)
    })

    test('carries out an order as any change: with its version, its audit row, and one account per number', async () => {
      const { accounts, auditOf, given, one } = await opened()
      const account = await given('u1')
      await given('u2', { registrationNumber: 'R1' })
      const suspend = aChange(account, {
        accountStatus: 'suspended',
        statusSource: 'admin',
        statusReason: 'Reported.',
        revokesSessions: true,
      })
      expect(await accounts.change(suspend)).toBe('applied')
      expect(await accounts.change(suspend)).toBe('changed')
      expect(await accounts.change(aChange(await one(), { registrationNumber: 'R1' }))).toBe('numberTaken')
      expect(await one()).toMatchObject({
        accountStatus: 'suspended',
        statusSource: 'admin',
        statusVersion: 2,
        sessionsValidFrom: T0 + 1_000,
      })
      expect(await auditOf('u1')).toHaveLength(2)
    })
    test('defect 11: notes when accounts were verified, whether they changed or not, and what was seen of their registrations', async () => {
      const { accounts, given, one, transaction } = await opened()
      const fresh = await given('u1')
      const known = await given('u2', { registrationId: 'reg-2', registrationVersion: 3 })
      const mark = (at: number, ...verified: Parameters<OrganisationAccounts['markVerified']>[1]['accounts']) =>
        transaction((tx) => accounts.markVerified(tx, { accounts: verified, at }))
      const seen = (registrationId: string, version: number) => ({ registrationId, version })

      await mark(T0 + 1, { ...fresh, seen: null }, { ...known, seen: seen('reg-2', 5) }, { ...known, userId: 'nobody', seen: null })
      expect(await one('u1')).toEqual({ ...fresh, lastSyncAt: T0 + 1 })
      expect(await one('u2')).toEqual({ ...known, registrationVersion: 5, lastSyncAt: T0 + 1 })

      await mark(T0 + 2, { ...fresh, seen: seen('reg-1', 2) }, { ...known, seen: seen('reg-2', 4) })
      expect(await one('u1')).toEqual({ ...fresh, registrationId: 'reg-1', registrationVersion: 2, lastSyncAt: T0 + 2 })
      expect(await one('u2')).toEqual({ ...known, registrationVersion: 5, lastSyncAt: T0 + 2 })

      await mark(T0 + 3, { ...known, seen: seen('reg-3', 9) }, { ...fresh, statusVersion: 7, seen: seen('reg-1', 9) })
      expect(await one('u1')).toMatchObject({ registrationVersion: 2, lastSyncAt: T0 + 3 })
      expect(await one('u2')).toMatchObject({ registrationId: 'reg-2', registrationVersion: 5, lastSyncAt: T0 + 3 })
      await mark(T0 + 4)
      expect(await one('u1')).toMatchObject({ lastSyncAt: T0 + 3 })
    })

    test('lets a change that was decided before a newer version was seen come too late', async () => {
      const { accounts, apply, given, transaction } = await opened()
      const account = await given('u1', { registrationId: 'reg-1', registrationVersion: 3 })
      const decided = aChange(account, { accountStatus: 'suspended', registrationVersion: 4 })
      const seen = { registrationId: 'reg-1', version: 5 }
      await transaction((tx) => accounts.markVerified(tx, { accounts: [{ ...account, seen }], at: T0 + 1 }))
      expect(await apply(decided)).toEqual({ u1: 'changed' })
    })
  })
}
