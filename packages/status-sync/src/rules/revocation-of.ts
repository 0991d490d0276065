import type { SessionRevocationInput } from '../session-revocation/process.ts'
import type { OrganisationAccount } from './account.ts'
import type { StatusChange } from './decide-status.ts'

/** What ends the sessions that the directory keeps; null where the change leaves them alone, or the directory has no such user. */
export function revocationOf({
  account,
  change,
}: {
  readonly account: OrganisationAccount
  readonly change: StatusChange
}): SessionRevocationInput | null {
  if (!change.revokesSessions || account.azureId === null) return null
  return { userId: account.userId, azureId: account.azureId, statusVersion: account.statusVersion + 1 }
}
