// What every store of organisations' accounts must do, written once against the port. An adapter's test file calls it with a way to open an empty one.
import type { AuditEntry, Transaction } from '@rollcall/engine'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { AccountChange, AccountSelection, NewAccount, OrganisationAccounts } from '../ports/organisation-accounts.ts'
import type { OrganisationAccount } from '../rules/account.ts'
import { auditOfChange } from '../rules/audit-of-change.ts'
import { T0 } from './an-account.ts'

export interface OrganisationAccountsUnderTest {
  readonly accounts: OrganisationAccounts
  /** What throws leaves nothing behind. */
  transaction<Answer>(body: (tx: Transaction) => Promise<Answer>): Promise<Answer>
  auditOf(userId: string): Promise<readonly AuditEntry[]>
  close(): Promise<void>
}

let audits = 0

export function anAuditEntry(changes: Partial<AuditEntry> = {}): AuditEntry {
  audits += 1
  return {
    id: `audit-${audits}`,
    at: T0,
    actor: 'operator',
    action: 'account.change',
    targetType: 'account',
    targetId: 'u1',
    reason: 'For the test.',
    details: {},
    ...changes,
  }
}

export function aNewAccount(changes: Partial<NewAccount> = {}): NewAccount {
  return {
    userId: 'u1',
    type: 'organization',
    email: 'post@union.example',
    organizationName: 'An invented union',
    registrationNumber: null,
    azureId: null,
    createdAt: T0,
    ...changes,
  }
}

/** A change that sets what is named and leaves the rest as it was read. */
export function aChange(account: OrganisationAccount, changes: Partial<AccountChange> = {}): AccountChange {
  const { accountStatus, organizationStatus, registrationNumber, registrationId, registrationVersion, statusSource, statusReason } = account
  const read = { accountStatus, organizationStatus, registrationNumber, registrationId, registrationVersion, statusSource, statusReason }
  const { userId, statusVersion } = account
  const at = changes.at ?? T0 + 1_000
  const audit = anAuditEntry({ targetId: userId, at })
  return { userId, expectedVersion: statusVersion, ...read, at, revokesSessions: false, audit, ...changes }
}

export function describeOrganisationAccountsContract({
  name,
  open,
}: {
  readonly name: string
  open(): Promise<OrganisationAccountsUnderTest>
}): void {
  async function opened() {
    const tested = await open()
    onTestFinished(() => tested.close())
    const { accounts, transaction } = tested

    const one = async (userId = 'u1'): Promise<OrganisationAccount> => {
      const [account] = await accounts.read([userId])
      if (!account) throw new Error(`There is no account ${userId}.`)
      return account
    }
    const add = (changes: Partial<NewAccount> = {}) =>
      accounts.add(aNewAccount(changes), anAuditEntry({ targetId: changes.userId ?? 'u1', action: 'account.add' }))
    /** An account with columns that only a change sets. */
    async function given(userId: string, columns: Partial<AccountChange> & Pick<Partial<NewAccount>, 'type' | 'createdAt'> = {}) {
      const { type = 'organization', createdAt = T0, ...changes } = columns
      await add({ userId, type, createdAt })
      if (Object.keys(changes).length > 0) await accounts.change(aChange(await one(userId), changes))
      return one(userId)
    }
    const apply = async (...changes: readonly AccountChange[]) => Object.fromEntries(await transaction((tx) => accounts.apply(tx, changes)))
    return { ...tested, one, add, given, apply }
  }

  describe(`${name}: what every store of organisations’ accounts does`, () => {
    test('adds an account once, with its audit row', async () => {
      const { accounts, add, auditOf, one } = await opened()
      expect(await add({ azureId: 'a1', registrationNumber: 'R1' })).toBe(true)
      expect(await add({ azureId: 'a2', registrationNumber: 'R2' })).toBe(false)
      expect(await one()).toEqual({
        userId: 'u1',
        type: 'organization',
        accountStatus: 'pending_registration',
        organizationStatus: null,
        registrationNumber: 'R1',
        statusSource: 'registration_sync',
        statusReason: 'CREATED',
        statusChangedAt: T0,
        statusVersion: 1,
        registrationId: null,
        registrationVersion: null,
        lastSyncAt: null,
        azureId: 'a1',
        sessionsValidFrom: null,
        createdAt: T0,
      })
      expect(await auditOf('u1')).toMatchObject([{ action: 'account.add' }])
      expect(await accounts.read(['nobody'])).toEqual([])
      expect(await accounts.read([])).toEqual([])
    })

    test('refuses a number that another account has, and takes an empty one for none', async () => {
      const { add, auditOf, one } = await opened()
      await add({ registrationNumber: 'R1' })
      await expect(add({ userId: 'u2', registrationNumber: 'R1' })).rejects.toMatchObject({ errorCode: { code: 'NUMBER_TAKEN' } })
      expect(await auditOf('u2')).toEqual([])
      for (const userId of ['u3', 'u4']) expect(await add({ userId, registrationNumber: '' })).toBe(true)
      expect((await one('u4')).registrationNumber).toBeNull()
    })

    test('of ten who add one number at once, one has it', async () => {
      const { accounts, add } = await opened()
      const added = await Promise.allSettled(
        Array.from({ length: 10 }, (_, index) => add({ userId: `u${index}`, registrationNumber: 'R1' })),
      )
      expect(added.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      expect((await accounts.holdersOf(['R1'])).size).toBe(1)
    })

    test.each<[AccountSelection, readonly string[]]>([
      [{ kind: 'withRegistration' }, ['a-org', 'b-numbered', 'c-individual-numbered', 'f-suspended']],
      [{ kind: 'withoutNumber' }, ['a-org', 'f-suspended']],
      [{ kind: 'abandoned', createdBefore: T0 }, ['d-individual-old']],
      [{ kind: 'abandoned', createdBefore: T0 + 1 }, ['a-org', 'd-individual-old', 'g-individual']],
    ])('selects %o, page by page', async (selection, expected) => {
      const { accounts, given } = await opened()
      await given('g-individual', { type: 'individual' })
      await given('c-individual-numbered', { type: 'individual', registrationNumber: 'R3' })
      await given('d-individual-old', { type: 'individual', createdAt: T0 - 1 })
      await given('f-suspended', { accountStatus: 'suspended' })
      await given('a-org')
      await given('e-closed', { accountStatus: 'closed' })
      await given('b-numbered', { registrationNumber: 'R2', accountStatus: 'active' })

      const found: string[] = []
      for (let after: string | null = null; ; after = found.at(-1) ?? null) {
        const page: OrganisationAccount[] = await accounts.page({ selection, after, limit: 2 })
        expect(page.length).toBeLessThanOrEqual(2)
        found.push(...page.map(({ userId }) => userId))
        if (page.length < 2) break
      }
      expect(found).toEqual(expected)
    })

    test('tells whose numbers are, letter by letter', async () => {
      const { accounts, given } = await opened()
      await given('u1', { registrationNumber: 'eth-1' })
      await given('u2', { registrationNumber: 'ETH-1' })
      await given('u3')
      expect(await accounts.holdersOf(['ETH-1', 'eth-1', 'Eth-1', 'user:u3'])).toEqual(
        new Map([
          ['eth-1', 'u1'],
          ['ETH-1', 'u2'],
        ]),
      )
      expect(await accounts.holdersOf([])).toEqual(new Map())
    })

    test('defects 10 and 13: applies a change while the version stands that was read, with its audit row', async () => {
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

    test('counts the changes of status that the rules made since a time', async () => {
      const { accounts, apply, given, one } = await opened()
      for (const userId of ['u1', 'u2', 'u3']) await given(userId)
      async function change(userId: string, at: number, changes: Partial<AccountChange>, byRules = true) {
        const account = await one(userId)
        const written = { ...aChange(account, { ...changes, at }), revokesSessions: false }
        const about = {
          id: `sync-${userId}-${at}`,
          actor: 'schedule',
          runUuid: 'r1',
          syncType: 'automated',
          reasonCode: 'MAP_APPROVED',
        } as const
        const audit = byRules ? auditOfChange({ account, change: written, at, ...about }) : anAuditEntry({ targetId: userId, at })
        await apply({ ...written, audit })
      }
      await change('u1', T0 - 1, { accountStatus: 'active' })
      await change('u1', T0, { accountStatus: 'suspended' })
      await change('u1', T0 + 1, { organizationStatus: 'certified' })
      await change('u1', T0 + 2, { accountStatus: 'active' })
      await change('u2', T0 + 1, { accountStatus: 'suspended' }, false)
      await change('u3', T0 + 1, { accountStatus: 'active' })
      const count = (userIds: readonly string[], since: number) => accounts.changesSince({ userIds, since })
      expect(await count(['u1', 'u2'], T0)).toEqual(new Map([['u1', 2]]))
      expect(await count(['u1', 'u3'], T0 - 1)).toEqual(
        new Map([
          ['u1', 3],
          ['u3', 1],
        ]),
      )
      expect(await count([], T0)).toEqual(new Map())
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
  })
}
