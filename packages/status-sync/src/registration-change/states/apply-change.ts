// One push. What must always hold: it is judged by the same function as the sync's look, on the account as it stands now; whoever changed the
// account between the look and the write makes this try fail, and the next one looks again.
import { type Clock, type HandlerOf, TerminalError, type Transaction, TransientError } from '@rollcall/engine'
import { statusSyncErrors } from '../../errors.ts'
import type { OrganisationAccounts } from '../../ports/organisation-accounts.ts'
import type { RegistrationAnswer } from '../../ports/registrations.ts'
import type { OrganisationAccount, Registration } from '../../rules/account.ts'
import { accountChangeOf } from '../../rules/account-change-of.ts'
import { DEFAULT_STATUS_POLICY, decideStatus } from '../../rules/decide-status.ts'
import { revocationOf } from '../../rules/revocation-of.ts'
import { sessionRevocation } from '../../session-revocation/process.ts'
import type { CountChanges } from '../../sync/apply-changes.ts'
import { judgeAccounts } from '../../sync/judge-accounts.ts'
import type { RegistrationChange } from '../process.ts'

export interface ApplyChangePorts {
  readonly accounts: Pick<OrganisationAccounts, 'read' | 'holdersOf' | 'changesSince' | 'apply' | 'markVerified'>
  readonly clock: Clock
  readonly newId: () => string
  readonly countChanges: CountChanges
}

/** Whom the audit log names. */
export const PUSH_ACTOR = 'registration-service'

const rules = { decide: decideStatus, keyOf: ({ userId }: { readonly userId: string }) => ({ userId }) }

export function createApplyChange({
  accounts,
  clock,
  newId,
  countChanges,
}: ApplyChangePorts): HandlerOf<RegistrationChange, 'APPLY_CHANGE'> {
  return async ({ uuid, input: { registration } }) => {
    const [account] = await accounts.read([registration.userId])
    if (!account) return { outcome: 'noAccount', received: { reasonCode: 'NO_ACCOUNT', accountStatus: null } }
    const { userId, statusVersion } = account
    const at = clock.now()
    const lookedUp = [{ account, answer: answerFor(account, registration) }]
    const [judged] = await judgeAccounts({ lookedUp, rules, accounts, changesPerDay: DEFAULT_STATUS_POLICY.maxChanges, now: at })
    if (!judged) throw new Error('One account was to be judged, and none was.')
    const { decision } = judged
    const received = { reasonCode: decision.reasonCode, accountStatus: decision.change?.accountStatus ?? account.accountStatus }
    if (decision.action === 'none') {
      const write = (tx: Transaction) => accounts.markVerified(tx, { accounts: [{ userId, statusVersion, seen: decision.seen }], at })
      return { outcome: 'nothingToChange', received, write }
    }
    if (decision.action !== 'update')
      return { outcome: decision.action === 'skip' && !decision.alert ? 'nothingToChange' : 'notApplied', received }
    const written = { source: 'realtime', syncType: 'realtime', id: newId(), at, actor: PUSH_ACTOR, runUuid: uuid } as const
    const change = accountChangeOf({ account, decision, ...written })
    const revocation = revocationOf({ account, change: decision.change })
    return {
      outcome: 'applied',
      received,
      start: revocation ? [{ process: sessionRevocation, input: revocation }] : [],
      write: async (tx) => {
        const outcome = (await accounts.apply(tx, [change])).get(userId)
        if (outcome === 'numberTaken') throw new TerminalError(statusSyncErrors.NUMBER_TAKEN)
        if (outcome !== 'applied') throw new TransientError(statusSyncErrors.ACCOUNT_CHANGED)
        await accounts.markVerified(tx, { accounts: [{ userId, statusVersion: change.expectedVersion + 1, seen: null }], at })
        // Counted once too often where the commit itself fails.
        countChanges({ source: 'realtime', changes: 1 })
      },
    }
  }
}

/**
 * A user may apply a second time while his first registration stands: which of the two his account is to follow is for a person to say, and no
 * draft takes the place of what was approved.
 */
function answerFor(account: OrganisationAccount, registration: Registration): RegistrationAnswer {
  const { registrationId, registrationNumber } = account
  const isOther =
    registrationId === null
      ? registrationNumber !== null && registrationNumber !== '' && registration.registrationNumber !== registrationNumber
      : registrationId !== registration.registrationId
  if (!isOther) return { kind: 'found', registration }
  return { kind: 'several', registrationIds: [...(registrationId === null ? [] : [registrationId]), registration.registrationId] }
}
