import type { OrganisationAccount, Registration } from '../rules/account.ts'
import { DEFAULT_STATUS_POLICY, decideStatus, type StatusDecision, type StatusQuestion } from '../rules/decide-status.ts'
import { anAccount, aRegistration } from '../testing/an-account.ts'

export const found = (changes: Partial<Registration> = {}) => ({ kind: 'found', registration: aRegistration(changes) }) as const
export const NONE = { kind: 'none' } as const

type Asked = Partial<Omit<StatusQuestion, 'account'>> & { readonly account?: Partial<OrganisationAccount> }

/** What the rules say to an answer that is told, as a push is, unless the test says otherwise. */
export function decide({ account = {}, ...asked }: Asked): StatusDecision {
  const standing = anAccount(account)
  const by = standing.registrationNumber ? 'number' : 'userId'
  return decideStatus({
    ...{ account: standing, answer: NONE, by, askedAfterRead: false, recentChanges: 0, numberHolder: null, policy: DEFAULT_STATUS_POLICY },
    ...asked,
  })
}

/** The same to an answer that the service gave when it was asked. */
export function lookUp(asked: Asked): StatusDecision {
  return decide({ askedAfterRead: true, ...asked })
}

/** The account once the decision was written. */
export function after(account: OrganisationAccount, { change, seen, reasonCode }: StatusDecision): OrganisationAccount {
  if (change) {
    const { revokesSessions: _, ...columns } = change
    return { ...account, ...columns, statusSource: 'registration_sync', statusReason: reasonCode, statusVersion: account.statusVersion + 1 }
  }
  return seen ? { ...account, registrationId: seen.registrationId, registrationVersion: seen.version } : account
}
