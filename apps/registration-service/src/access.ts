import type { ApiRole } from '@rollcall/database'

/** Who may do what. A header that everybody can set, such as X-Service-Request, opens nothing. */
export const ACCESS = {
  /** Ask for registrations: other services. */
  ask: ['service', 'operator', 'admin'],
  /** Write them: registrars. */
  register: ['operator', 'admin'],
  /** See what is counted. */
  observe: ['service', 'reader', 'operator', 'admin'],
  /** Make the service fail, where that is allowed at all. */
  break: ['admin'],
} as const satisfies Record<string, readonly ApiRole[]>
