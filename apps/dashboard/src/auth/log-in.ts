import type { ApiKey, ApiKeys, AuditLog, KeyRing } from '@rollcall/database'
import type { Clock, ErrorCode } from '@rollcall/engine'
import { hashApiKey, type Logger } from '@rollcall/platform'
import { dashboardErrors } from '../problems/dashboard-errors.ts'
import { type LoginGuard, type LoginTry, TRIES_PER_ADDRESS, TRIES_PER_NAME } from './login-guard.ts'
import { dashboardRole } from './operator.ts'
import { isSameText } from './secret-text.ts'
import type { Session, Sessions } from './sessions.ts'

export interface LogInDeps {
  readonly guard: LoginGuard
  readonly keyRing: KeyRing
  readonly apiKeys: Pick<ApiKeys, 'list'>
  readonly audit: AuditLog
  readonly sessions: Sessions
  readonly clock: Clock
  readonly newId: () => string
}

export type LoginResult =
  | { readonly kind: 'in'; readonly id: string; readonly session: Session }
  | { readonly kind: 'refused'; readonly because: ErrorCode }

/** A wrong name, a wrong key and a name that does not exist are answered alike, and take alike long. */
export async function logIn(
  { key: given, log, ...attempt }: LoginTry & { readonly key: string; readonly log: Pick<Logger, 'warn'> },
  deps: LogInDeps,
): Promise<LoginResult> {
  const admission = await deps.guard.take(attempt)
  if (admission.kind === 'locked') return { kind: 'refused', because: dashboardErrors.LOGIN_LOCKED }
  const keyHash = hashApiKey(given)
  // Where the database is away nobody has tried wrongly.
  const key = await deps.keyRing.find(keyHash).catch(async (error: unknown) => {
    await deps.guard.forgive(attempt)
    throw error
  })
  const isTheirs = isSameText(attempt.name, key?.name ?? '')
  if (!key || !isTheirs) {
    await noteFailure({ attempt, last: admission.last, log }, deps)
    return { kind: 'refused', because: dashboardErrors.LOGIN_REFUSED }
  }
  await deps.guard.forgive(attempt)
  const role = dashboardRole(key.role)
  if (!role) return { kind: 'refused', because: dashboardErrors.ROLE_NOT_ADMITTED }
  await deps.audit.append(auditOf({ key, address: attempt.address }, deps))
  return { kind: 'in', ...(await deps.sessions.begin({ name: key.name, keyHash })) }
}

async function noteFailure(
  { attempt, last, log }: { attempt: LoginTry; last: readonly ('name' | 'address')[]; log: Pick<Logger, 'warn'> },
  deps: LogInDeps,
): Promise<void> {
  const isKnown = (await deps.apiKeys.list()).some(({ name }) => name === attempt.name)
  // What is no key's name may be a key that was typed into the wrong field.
  const name = isKnown ? attempt.name : 'unknown'
  log.warn({ operator: name, address: attempt.address }, 'a login failed')
  for (const locked of last) {
    const [targetId, tries] = locked === 'name' ? [name, TRIES_PER_NAME] : [attempt.address, TRIES_PER_ADDRESS]
    log.warn({ operator: name, address: attempt.address, locked }, 'logins are locked for a quarter of an hour')
    await deps.audit.append({
      id: deps.newId(),
      at: deps.clock.now(),
      actor: name,
      action: 'dashboard.lockout',
      targetType: locked === 'name' ? 'apiKeyName' : 'address',
      targetId,
      reason: `${tries} wrong tries to log in within 15 minutes`,
      details: { address: attempt.address },
    })
  }
}

function auditOf({ key, address }: { readonly key: ApiKey; readonly address: string }, deps: LogInDeps) {
  return {
    id: deps.newId(),
    at: deps.clock.now(),
    actor: key.name,
    action: 'dashboard.login',
    targetType: 'apiKey',
    targetId: key.id,
    reason: 'logged in to the dashboard',
    details: { address, role: key.role },
  }
}
