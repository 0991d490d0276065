// Hands an initial password out, once. What must always hold: it is opened before it is erased, so that a missing key loses none; it is given
// only to whoever erased it, so that of many who ask at once one gets it.
import type { Clock } from '@rollcall/engine'
import { type Caller, type ProblemError, refusal } from '@rollcall/platform/http'
import { type AccountCredential, type Credentials, passwordContext, provisioningErrors, type Sealer } from '@rollcall/provisioning'
import { isoOf } from '../runs/run-view.ts'

/** It changes between look and erasure where it is collected by somebody else, or sealed under another key: each happens once. */
const TRIES = 5

export interface HandOutDeps {
  readonly credentials: Pick<Credentials, 'findOfUser' | 'collect'>
  readonly sealer: Pick<Sealer, 'open'>
  readonly clock: Clock
  readonly newId: () => string
}

export interface HandedOut {
  readonly username: string
  readonly initialPassword: string
}

/** @throws ProblemError ACCOUNT_NOT_FOUND, CREDENTIAL_GONE; CodedError SEALING_KEY_MISSING, SEALED_UNREADABLE */
export async function handOut(
  { sysUserId, caller, reason }: { readonly sysUserId: string; readonly caller: Caller; readonly reason: string },
  { credentials, sealer, clock, newId }: HandOutDeps,
): Promise<HandedOut> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const credential = await credentials.findOfUser(sysUserId)
    if (!credential) throw refusal(provisioningErrors.ACCOUNT_NOT_FOUND)
    const { personId, kind, username, sealedPassword } = credential
    if (sealedPassword === null) throw gone(credential, caller)
    const initialPassword = sealer.open({ sealed: sealedPassword, context: passwordContext(credential) })
    const at = clock.now()
    const by = caller.name
    const audit = {
      ...{ id: newId(), at, actor: by, action: 'credential.collect', targetType: 'account', targetId: sysUserId, reason },
      details: { kind, role: caller.role },
    }
    if (await credentials.collect({ personId, kind, sealedPassword, by, at, audit })) return { username, initialPassword }
  }
  throw new Error(`The credential of ${sysUserId} changed ${TRIES} times while it was collected.`)
}

/** Who has it is the affair of an admin; another system needs to know only that there is none for it. */
function gone({ erasure }: AccountCredential, { role }: Caller): ProblemError {
  return refusal(provisioningErrors.CREDENTIAL_GONE, { detail: detailOf(erasure, role === 'admin') })
}

function detailOf(erasure: AccountCredential['erasure'], tellsWho: boolean): string {
  switch (erasure?.because) {
    case 'collected':
      return tellsWho ? `It was handed out to "${erasure.collectedBy}" at ${isoOf(erasure.at)}.` : 'It was handed out before.'
    case 'notOurs':
      return 'The account existed before it was asked for here, and keeps its own password.'
    case 'expired':
      return 'It was not collected in the time for which it is kept.'
    case 'personErased':
      return "It was erased with the person's data."
    default:
      return 'None was ever kept for this account.'
  }
}
