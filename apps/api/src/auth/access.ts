import type { ApiRole } from '@rollcall/database'

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
  /** Be given an initial password, once. */
  collectCredential: ['upstream', 'admin'],
  /** See all that is kept of a person. */
  readPersons: ['operator', 'admin'],
  /** Erase a person's data. */
  erasePersons: ['admin'],
} as const satisfies Record<string, readonly ApiRole[]>
export type Access = keyof typeof ACCESS

/** Who sent a request: the name and role of its key. */
export interface Caller {
  readonly name: string
  readonly role: ApiRole
}

export function mayDo({ role }: Caller, access: Access): boolean {
  return ACCESS[access].some((allowed) => allowed === role)
}

/** An upstream system sees its own requests only; to it, those of others do not exist. */
export function maySee({ role, name }: Caller, { requestedBy }: { readonly requestedBy: string }): boolean {
  return role !== 'upstream' || requestedBy === name
}
