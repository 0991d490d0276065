import type { ApiRole } from '@rollcall/database'

/** The roles whose keys open the dashboard; upstream and service keys belong to programs. */
const DASHBOARD_ROLES = ['reader', 'operator', 'admin'] as const satisfies readonly ApiRole[]
export type DashboardRole = (typeof DASHBOARD_ROLES)[number]

/** `read`: whoever is logged in. `operate`: may replay and cancel. `administer`: also the runs of jobs. */
export const ACCESS = {
  read: DASHBOARD_ROLES,
  operate: ['operator', 'admin'],
  administer: ['admin'],
} as const satisfies Record<string, readonly DashboardRole[]>
export type Access = keyof typeof ACCESS

/** Who is logged in: the name and role of the key. */
export interface Operator {
  readonly name: string
  readonly role: DashboardRole
  readonly keyId: string
  /** What forms and calls of this session's own pages carry. */
  readonly csrfToken: string
}

export function mayDo({ role }: Pick<Operator, 'role'>, access: Access): boolean {
  return ACCESS[access].some((allowed) => allowed === role)
}

export function dashboardRole(role: ApiRole): DashboardRole | null {
  return DASHBOARD_ROLES.find((allowed) => allowed === role) ?? null
}
