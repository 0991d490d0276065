import { refusal } from '@rollcall/platform/http'
import { UserId } from '@rollcall/registrations'
import type { OrganisationAccount, OrganisationAccounts } from '@rollcall/status-sync'
import { z } from 'zod'
import { apiErrors } from '../problems/api-errors.ts'

export const AccountParams = z.object({ userId: UserId })

/** @throws ProblemError ACCOUNT_NOT_FOUND */
export async function findAccount({
  userId,
  organisationAccounts,
}: {
  readonly userId: string
  readonly organisationAccounts: Pick<OrganisationAccounts, 'read'>
}): Promise<OrganisationAccount> {
  const [found] = await organisationAccounts.read([userId])
  if (!found) throw refusal(apiErrors.ACCOUNT_NOT_FOUND)
  return found
}
