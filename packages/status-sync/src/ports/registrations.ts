import type { Registration } from '../rules/account.ts'

/** How an account's registration is asked for. */
export type RegistrationKey = { readonly registrationNumber: string } | { readonly userId: string }

/** What the service knows under one key. */
export type RegistrationAnswer =
  | { readonly kind: 'found'; readonly registration: Registration }
  /** The service answered, and has none. */
  | { readonly kind: 'none' }
  /** Several registrations stand under the key: a person must say which one it is. */
  | { readonly kind: 'several'; readonly registrationIds: readonly string[] }
  /** What it said of this key, and of no other, cannot be read; or the key cannot be asked for. Where the fault stands, and what shape it has. */
  | { readonly kind: 'unreadable'; readonly field: string; readonly shape: string }

/** The registration service. An outage is an error, never "nothing found". */
export interface Registrations {
  /**
   * In one request. The answers stand in the order of the keys.
   * @param keys at most 100
   * @throws CodedError REGISTRATIONS_UNAVAILABLE (transient: it is away, or the breaker is open; throttled: it has said for how long),
   * REGISTRATIONS_REFUSED (systemic: our key is not accepted), REGISTRATIONS_UNREADABLE (terminal: the answer as a whole is not what was agreed)
   */
  find(keys: readonly RegistrationKey[], signal: AbortSignal): Promise<readonly RegistrationAnswer[]>
  /** @throws as `find` */
  ping(signal: AbortSignal): Promise<void>
}
