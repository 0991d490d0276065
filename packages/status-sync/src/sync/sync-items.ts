// A decision as it is stored between the two phases, and read again.
import type { EpochMs, JsonObject } from '@rollcall/engine'
import { z } from 'zod'
import type { RegistrationAnswer } from '../ports/registrations.ts'
import type { NewSyncItem, SyncItem } from '../ports/sync-runs.ts'
import { PushedRegistration } from '../registration-change/process.ts'
import { ACCOUNT_STATUSES, type OrganisationAccount } from '../rules/account.ts'
import type { StatusDecision } from '../rules/decide-status.ts'
import type { Judged } from './judge-accounts.ts'

/** Null where nothing is to be remembered of the account: it agrees with its registration, or a rule stands against the change. */
export function itemOf({
  judged: { account, answer, decision },
  dryRun,
  decidedAt,
}: {
  readonly judged: Judged
  readonly dryRun: boolean
  /** When the service was asked. */
  readonly decidedAt: EpochMs
}): NewSyncItem | null {
  const { action, alert, change, reasonCode } = decision
  if (action === 'none' || (action === 'skip' && !alert)) return null
  return {
    userId: account.userId,
    action,
    reasonCode,
    before: columnsOf(account),
    after: change && { ...change },
    registration: rememberedOf(answer),
    outcome: action === 'update' && !dryRun ? 'pending' : 'noted',
    attempt: 0,
    errorCode: null,
    decidedAt,
  }
}

/** What the service said, as it is kept with the item. */
function rememberedOf(answer: RegistrationAnswer): JsonObject | null {
  switch (answer.kind) {
    case 'none':
      return null
    case 'found':
      return { ...answer.registration }
    case 'several':
      return { several: [...answer.registrationIds] }
    case 'unreadable':
      return { unreadable: { field: answer.field, shape: answer.shape } }
  }
}

function columnsOf(account: OrganisationAccount): JsonObject {
  const { accountStatus, organizationStatus, registrationId, registrationNumber, registrationVersion, statusSource, statusVersion } =
    account
  return { accountStatus, organizationStatus, registrationId, registrationNumber, registrationVersion, statusSource, statusVersion }
}

/** What the service answered when the item was decided. */
export function answerOf({ registration }: Pick<SyncItem, 'registration'>): RegistrationAnswer {
  return registration === null ? { kind: 'none' } : { kind: 'found', registration: PushedRegistration.parse(registration) }
}

/** Whether nobody has touched the account, nor seen more of its registration, since the item was decided. */
export function isAsDecided({ before }: Pick<SyncItem, 'before'>, account: OrganisationAccount): boolean {
  return before.statusVersion === account.statusVersion && before.registrationVersion === account.registrationVersion
}

const Target = z.object({ accountStatus: z.enum(ACCOUNT_STATUSES) })

/** What the account is to become by this item: that and nothing else may have been approved. */
export function targetOf({ after }: Pick<SyncItem, 'after'>): string {
  return Target.parse(after).accountStatus
}

/** Whether the rules still ask for the change that was decided. */
export function stillLeadsTo(
  target: string,
  judged: Judged,
): judged is Judged & { readonly decision: Extract<StatusDecision, { action: 'update' }> } {
  return judged.decision.action === 'update' && judged.decision.change.accountStatus === target
}
