// An empty store of organisations' accounts, and what its contracts fill it with.
import type { AuditEntry, Transaction } from '@rollcall/engine'
import { onTestFinished } from 'vitest'
import type { AccountChange, NewAccount, OrganisationAccounts } from '../ports/organisation-accounts.ts'
import type { OrganisationAccount } from '../rules/account.ts'
import { T0 } from './an-account.ts'

/** An adapter's test file says how to open an empty store. */
export interface OrganisationAccountsAdapter {
  readonly name: string
  open(): Promise<OrganisationAccountsUnderTest>
}

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

/** @param open an empty store, closed with the test */
export async function openOrganisationAccounts(open: OrganisationAccountsAdapter['open']) {
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
