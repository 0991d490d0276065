import { API_ROLES, type ApiRole } from '@rollcall/database'
import type { Caller } from '@rollcall/platform/http'

/** Who may do what. An admin may do everything. */
export const ACCESS = {
  /** Ask for accounts. */
  create: ['upstream', 'service', 'admin'],
  /** See runs and groups; `upstream` sees those that it asked for. */
  read: ['upstream', 'service', 'reader', 'operator', 'admin'],
  /** See what is nobody's request: resources, metrics. */
  observe: ['service', 'reader', 'operator', 'admin'],
  /** Replay, cancel, close and reopen. */
  operate: ['operator', 'admin'],
  /** Start, stop and change jobs; set the status of accounts. */
  administer: ['admin'],
  /** Be given an initial password, once. */
  collectCredential: ['upstream', 'admin'],
  /** See all that is kept of a person. */
  readPersons: ['operator', 'admin'],
  /** Erase a person's data. */
  erasePersons: ['admin'],
} as const satisfies Record<string, readonly ApiRole[]>

/** An upstream system sees its own requests only; to it, those of others do not exist. */
export function maySee({ role, name }: Caller, { requestedBy }: { readonly requestedBy: string }): boolean {
  return role !== 'upstream' || requestedBy === name
}

/** @throws Error on a role that keys of this API never have */
export function roleOf({ role }: Caller): ApiRole {
  const known = API_ROLES.find((one) => one === role)
  if (!known) throw new Error(`A key has the role ${JSON.stringify(role)}; expected one of ${API_ROLES.join(', ')}.`)
  return known
}
