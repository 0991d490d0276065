// How an organisation's account crosses between the port and its row.
import type { AccountChange, NewAccount, OrganisationAccount, VerifiedAccount } from '@rollcall/status-sync'
import { rowOfAudit } from '../audit-log.ts'
import { msOrNull } from '../time.ts'

export interface AccountRow {
  readonly userId: string
  readonly type: string
  readonly accountStatus: string
  readonly organizationStatus: string | null
  readonly registrationNumber: string | null
  readonly statusSource: string
  readonly statusReason: string
  readonly statusChangedAt: Date
  readonly statusVersion: number
  readonly registrationId: string | null
  readonly registrationVersion: number | null
  readonly lastSyncAt: Date | null
  readonly azureId: string | null
  readonly sessionsValidFrom: Date | null
  readonly createdAt: Date
}

export const ACCOUNT_COLUMNS = [
  ...(['userId', 'type', 'accountStatus', 'organizationStatus', 'registrationNumber', 'statusSource', 'statusReason'] as const),
  ...(['statusChangedAt', 'statusVersion', 'registrationId', 'registrationVersion', 'lastSyncAt', 'azureId'] as const),
  ...(['sessionsValidFrom', 'createdAt'] as const),
] satisfies readonly (keyof AccountRow)[]

export function accountOf(row: AccountRow): OrganisationAccount {
  return {
    userId: row.userId,
    type: word<OrganisationAccount['type']>(row.type),
    accountStatus: word<OrganisationAccount['accountStatus']>(row.accountStatus),
    organizationStatus: row.organizationStatus,
    registrationNumber: row.registrationNumber,
    statusSource: word<OrganisationAccount['statusSource']>(row.statusSource),
    statusReason: row.statusReason,
    statusChangedAt: row.statusChangedAt.getTime(),
    statusVersion: row.statusVersion,
    registrationId: row.registrationId,
    registrationVersion: row.registrationVersion,
    lastSyncAt: msOrNull(row.lastSyncAt),
    azureId: row.azureId,
    sessionsValidFrom: msOrNull(row.sessionsValidFrom),
    createdAt: row.createdAt.getTime(),
  }
}

/** A status before anybody decided on one. */
const CREATED = {
  accountStatus: 'pending_registration',
  organizationStatus: null,
  statusSource: 'registration_sync',
  statusReason: 'CREATED',
  statusVersion: 1,
} as const

export function rowOfNewAccount({ createdAt, ...account }: NewAccount) {
  const at = new Date(createdAt)
  const registrationNumber = account.registrationNumber || null
  return {
    ...account,
    ...CREATED,
    registrationNumber,
    numberKey: numberKeyOf({ ...account, registrationNumber }),
    statusChangedAt: at,
    createdAt: at,
    updatedAt: at,
  }
}

/** One account per number, on databases that differ in how many NULLs a unique column admits. */
export function numberKeyOf({
  userId,
  registrationNumber,
}: {
  readonly userId: string
  readonly registrationNumber: string | null
}): string {
  return registrationNumber || `user:${userId}`
}

type Time = (ms: number) => number | string

/** @param time how the dialect writes a time */
export function rowOfChange({ audit: _, revokesSessions, at, ...change }: AccountChange, time: Time) {
  const registrationNumber = change.registrationNumber || null
  return {
    ...change,
    registrationNumber,
    numberKey: numberKeyOf({ ...change, registrationNumber }),
    at: time(at),
    sessionsEndedAt: revokesSessions ? time(at) : null,
  }
}

export function auditRowOfChange({ userId, audit }: AccountChange, time: Time) {
  return { ...rowOfAudit(audit, time), userId }
}

/** In the order of the accounts' keys, so that two who write lock rows in the same order. */
export function rowsOfVerified(accounts: readonly VerifiedAccount[]) {
  return accounts
    .map(({ userId, statusVersion, seen }) => ({
      userId,
      statusVersion,
      registrationId: seen?.registrationId ?? null,
      registrationVersion: seen?.version ?? null,
    }))
    .toSorted(byUserId)
}

export function byUserId(a: { readonly userId: string }, b: { readonly userId: string }): number {
  return a.userId < b.userId ? -1 : 1
}

/** Only the store of accounts writes these columns, from words of the same type; that of the status is checked by the rules all the same. */
function word<Word extends string>(value: string): Word {
  return value as Word
}
