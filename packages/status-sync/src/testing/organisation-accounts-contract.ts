// What every store of organisations' accounts must do, written once against the port: whom it adds, finds and counts. How it changes them stands in
// account-changes-contract.ts, which is part of it.
import { describe, expect, test } from 'vitest'
import type { AccountChange, AccountSelection } from '../ports/organisation-accounts.ts'
import type { OrganisationAccount } from '../rules/account.ts'
import { auditOfChange } from '../rules/audit-of-change.ts'
import { describeAccountChangesContract } from './account-changes-contract.ts'
import { T0 } from './an-account.ts'
import { aChange, anAuditEntry, type OrganisationAccountsAdapter, openOrganisationAccounts } from './open-organisation-accounts.ts'

export function describeOrganisationAccountsContract({ name, open }: OrganisationAccountsAdapter): void {
  describeAccountChangesContract({ name, open })
  const opened = () => openOrganisationAccounts(open)

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

    test('counts whom pushes have suspended since a time, as long as they are so, and no further than asked', async () => {
      const { accounts, given } = await opened()
      const pushed = { accountStatus: 'suspended', statusSource: 'realtime' } as const
      for (const [index, at] of [T0 - 1, T0, T0 + 5, T0 + 9].entries()) await given(`u${index}`, { ...pushed, at })
      await given('by-sync', { ...pushed, statusSource: 'registration_sync', at: T0 + 1 })
      await given('let-in', { ...pushed, accountStatus: 'active', at: T0 + 1 })
      const count = (since: number, atMost = 100) => accounts.pushedLockOuts({ to: 'suspended', since, atMost })
      expect([await count(T0 - 1), await count(T0), await count(T0 + 6), await count(T0 + 10)]).toEqual([4, 3, 1, 0])
      expect([await count(T0, 2), await count(T0, 3), await count(T0, 0)]).toEqual([2, 3, 0])
    })

    test('counts whom pushes have sent back to wait, and neither who has applied again nor who has never been let in', async () => {
      const { accounts, apply, given, one } = await opened()
      const back = { accountStatus: 'pending_registration', statusSource: 'realtime', statusReason: 'MAP_CLARIFICATION' } as const
      for (const userId of ['u1', 'u2', 'by-sync', 'again']) {
        await given(userId, { accountStatus: userId === 'again' ? 'suspended' : 'active', at: T0 + 1 })
        const own = { 'by-sync': { statusSource: 'registration_sync' }, again: { statusReason: 'RESUBMITTED' } }[userId] ?? {}
        await apply({ ...aChange(await one(userId), { ...back, at: T0 + 5 }), ...(own as Partial<AccountChange>) })
      }
      await given('new', { ...back, at: T0 + 5 })
      const count = (since: number, atMost = 100) => accounts.pushedLockOuts({ to: 'pending_registration', since, atMost })
      expect([await count(T0), await count(T0 + 5), await count(T0 + 6), await count(T0, 1)]).toEqual([2, 2, 0, 1])
    })

    test('counts with those whom its own transaction has suspended, and forgets them where it is undone', async () => {
      const { accounts, given, transaction } = await opened()
      const account = await given('u1', { accountStatus: 'active' })
      const change = aChange(account, { accountStatus: 'suspended', statusSource: 'realtime' })
      const undone = transaction(async (tx) => {
        expect(await accounts.pushedLockOuts({ to: 'suspended', since: T0, atMost: 9, tx })).toBe(0)
        await accounts.apply(tx, [change])
        expect(await accounts.pushedLockOuts({ to: 'suspended', since: T0, atMost: 9, tx })).toBe(1)
        throw new Error('undone')
      })
      await expect(undone).rejects.toThrow('undone')
      expect(await accounts.pushedLockOuts({ to: 'suspended', since: T0, atMost: 9 })).toBe(0)
    })

    test('counts all accounts, whatever their status', async () => {
      const { accounts, given } = await opened()
      expect(await accounts.count()).toBe(0)
      await given('u1')
      await given('u2', { accountStatus: 'closed' })
      expect(await accounts.count()).toBe(2)
    })
  })
}
