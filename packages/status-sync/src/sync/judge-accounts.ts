// Asks the rules about accounts whose registrations were looked up. What only a change needs to know (who has a number, how often the account has
// changed of late) is asked of SQL only where there is a change, and for all of them at once.
import type { EpochMs } from '@rollcall/engine'
import type { OrganisationAccounts, VerifiedAccount } from '../ports/organisation-accounts.ts'
import type { RegistrationAnswer } from '../ports/registrations.ts'
import type { OrganisationAccount } from '../rules/account.ts'
import { DEFAULT_STATUS_POLICY, type StatusDecision, type StatusPolicy, type StatusQuestion } from '../rules/decide-status.ts'
import type { SyncRules } from './sync-rules.ts'

export type LookedUp = Pick<StatusQuestion, 'account' | 'answer' | 'askedAfterRead'>

export interface Judged extends LookedUp {
  readonly decision: StatusDecision
}

export async function judgeAccounts({
  lookedUp,
  rules,
  accounts,
  changesPerDay,
  now,
}: {
  readonly lookedUp: readonly LookedUp[]
  readonly rules: Pick<SyncRules, 'decide' | 'keyOf'>
  readonly accounts: Pick<OrganisationAccounts, 'holdersOf' | 'changesSince'>
  readonly changesPerDay: number
  readonly now: EpochMs
}): Promise<Judged[]> {
  const policy: StatusPolicy = { ...DEFAULT_STATUS_POLICY, maxChanges: changesPerDay }
  const judge = (one: LookedUp, recentChanges: number, numberHolder: string | null): Judged => {
    const by = 'userId' in rules.keyOf(one.account) ? 'userId' : 'number'
    return { ...one, decision: rules.decide({ ...one, by, recentChanges, numberHolder, policy }) }
  }
  const judged = lookedUp.map((one) => judge(one, 0, null))
  const changing = judged.filter(({ decision }) => decision.action === 'update')
  if (changing.length === 0) return judged

  const numbers = changing.flatMap(({ account, decision }) => {
    const number = decision.change?.registrationNumber
    return number && number !== account.registrationNumber ? [number] : []
  })
  const userIds = changing.flatMap(({ account, decision }) =>
    decision.change?.accountStatus === account.accountStatus ? [] : [account.userId],
  )
  const [holders, recent] = await Promise.all([
    numbers.length === 0 ? new Map<string, string>() : accounts.holdersOf([...new Set(numbers)]),
    userIds.length === 0 ? new Map<string, number>() : accounts.changesSince({ userIds, since: now - policy.flapWindowMs }),
  ])
  return judged.map((one) => {
    if (one.decision.action !== 'update') return one
    const number = one.decision.change.registrationNumber
    return judge(one, recent.get(one.account.userId) ?? 0, (number && holders.get(number)) || null)
  })
}

/** It was compared with its registration, and needs no change. */
export function isVerified({ answer, decision }: Judged): boolean {
  return decision.action !== 'update' && answer.kind !== 'unreadable'
}

export function verifiedOf({ account: { userId, statusVersion }, decision: { seen } }: Judged): VerifiedAccount {
  return { userId, statusVersion, seen }
}

/** Accounts, and what the service said about them afterwards. @throws Error where the service has answered less, or more, than it was asked */
export function pairUp(accounts: readonly OrganisationAccount[], answers: readonly RegistrationAnswer[]): LookedUp[] {
  if (answers.length !== accounts.length)
    throw new Error(`The registrations of ${accounts.length} accounts were asked for, and ${answers.length} answers came.`)
  return accounts.flatMap((account, index) => {
    const answer = answers[index]
    return answer ? [{ account, answer, askedAfterRead: true }] : []
  })
}
