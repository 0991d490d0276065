// One push. What must always hold: it is judged by the same function as the sync's look, on the account as it stands now; whoever changed the
// account between the look and the write makes this try fail, and the next one looks again; pushes lock out no more accounts within an hour than
// a sync may without an approval (may-lock-out.ts).
import { type Clock, type HandlerOf, type Notify, TerminalError, type Transaction, TransientError } from '@rollcall/engine'
import { statusSyncErrors } from '../../errors.ts'
import type { OrganisationAccounts } from '../../ports/organisation-accounts.ts'
import type { RegistrationAnswer } from '../../ports/registrations.ts'
import type { OrganisationAccount, Registration } from '../../rules/account.ts'
import { accountChangeOf } from '../../rules/account-change-of.ts'
import { decideStatus } from '../../rules/decide-status.ts'
import { REASONS } from '../../rules/reason-codes.ts'
import { revocationOf } from '../../rules/revocation-of.ts'
import { sessionRevocation } from '../../session-revocation/process.ts'
import type { CountChanges } from '../../sync/apply-changes.ts'
import { judgeAccounts } from '../../sync/judge-accounts.ts'
import { findRoom, isRoomLeft, lockOutOf } from '../may-lock-out.ts'
import type { RegistrationChange } from '../process.ts'
import type { PushSettings } from '../push-settings.ts'

export interface ApplyChangePorts {
  readonly accounts: Pick<
    OrganisationAccounts,
    'read' | 'holdersOf' | 'changesSince' | 'pushedLockOuts' | 'count' | 'apply' | 'markVerified'
  >
  /** As they stand at this moment. */
  readonly pushSettings: () => Promise<PushSettings>
  readonly clock: Clock
  readonly notify: Notify
  readonly newId: () => string
  readonly countChanges: CountChanges
}

/** Whom the audit log names. */
export const PUSH_ACTOR = 'registration-service'
/** That pushes are held is told once in a while, not for each of thousands. */
const TOLD_EVERY_MS = 60_000

const rules = { decide: decideStatus, keyOf: ({ userId }: { readonly userId: string }) => ({ userId }) }

export function createApplyChange(ports: ApplyChangePorts): HandlerOf<RegistrationChange, 'APPLY_CHANGE'> {
  const { accounts, clock, newId, countChanges, notify } = ports
  let toldAt = Number.NEGATIVE_INFINITY

  return async ({ uuid, version, input: { registration } }) => {
    const account = await findAccount(registration)
    if (!account) return { outcome: 'noAccount', received: { reasonCode: 'NO_ACCOUNT', accountStatus: null } }
    const { userId, statusVersion } = account
    const at = clock.now()
    const settings = await ports.pushSettings()
    const lookedUp = [{ account, answer: answerFor(account, registration), askedAfterRead: false }]
    const [judged] = await judgeAccounts({ lookedUp, rules, accounts, changesPerDay: settings.changesPerDay, now: at })
    if (!judged) throw new Error('One account was to be judged, and none was.')
    const { decision } = judged
    const received = { reasonCode: decision.reasonCode, accountStatus: decision.change?.accountStatus ?? account.accountStatus }
    if (decision.action === 'none') {
      const write = (tx: Transaction) => accounts.markVerified(tx, { accounts: [{ userId, statusVersion, seen: decision.seen }], at })
      return { outcome: 'nothingToChange', received, write }
    }
    if (decision.action !== 'update')
      return { outcome: decision.action === 'skip' && !decision.alert ? 'nothingToChange' : 'notApplied', received }
    const to = lockOutOf(account, decision.change)
    const room = to && (await findRoom({ accounts, to, settings, now: at }))
    if (to && !room) {
      if (at - toldAt >= TOLD_EVERY_MS) {
        toldAt = at
        notify({ kind: 'pushesHeld', run: { uuid, version }, message: REASONS.HELD_FOR_SYNC })
      }
      return { outcome: 'heldForSync', received: { reasonCode: 'HELD_FOR_SYNC', accountStatus: account.accountStatus } }
    }
    const written = { source: 'realtime', syncType: 'realtime', id: newId(), at, actor: PUSH_ACTOR, runUuid: uuid } as const
    const change = accountChangeOf({ account, decision, ...written })
    const revocation = revocationOf({ account, change: decision.change })
    let isCounted = false
    return {
      outcome: 'applied',
      received,
      start: revocation ? [{ process: sessionRevocation, input: revocation }] : [],
      write: async (tx) => {
        if (room && !(await isRoomLeft({ accounts, room, tx }))) throw new TransientError(statusSyncErrors.PUSHES_AT_LIMIT)
        const outcome = (await accounts.apply(tx, [change])).get(userId)
        if (outcome === 'numberTaken') throw new TerminalError(statusSyncErrors.NUMBER_TAKEN)
        if (outcome !== 'applied') throw new TransientError(statusSyncErrors.ACCOUNT_CHANGED)
        await accounts.markVerified(tx, { accounts: [{ userId, statusVersion: change.expectedVersion + 1, seen: null }], at })
        // Written anew where the transaction was rolled back for somebody else's sake; counted once too often where it fails for good.
        if (!isCounted) countChanges({ source: 'realtime', changes: 1 })
        isCounted = true
      },
    }
  }

  /** That of the registration's user; where he has none, that of whoever acts under its number. */
  async function findAccount({ userId, registrationNumber }: Registration): Promise<OrganisationAccount | undefined> {
    const [own] = await accounts.read([userId])
    if (own || !registrationNumber) return own
    const holder = (await accounts.holdersOf([registrationNumber])).get(registrationNumber)
    const [holding] = holder === undefined ? [] : await accounts.read([holder])
    return holding
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
