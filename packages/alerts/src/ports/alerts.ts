import type { EpochMs, NewRun } from '@rollcall/engine'
import type { AlertSeverity } from '../rules.ts'

export interface Alert {
  /** UUIDv7. */
  readonly id: string
  /** As the release called it that wrote it. */
  readonly rule: string
  readonly subject: string
  readonly severity: AlertSeverity
  /** As it was seen last. */
  readonly value: number
  /** The value above which it fires. */
  readonly threshold: number
  readonly summary: string
  /** Since when the rule is broken. */
  readonly startedAt: EpochMs
  readonly lastSeenAt: EpochMs
  readonly firedAt: EpochMs | null
  readonly resolvedAt: EpochMs | null
}

export type NewAlert = Omit<Alert, 'firedAt' | 'resolvedAt'>

/** What was seen of an alert that stands. */
export interface Seen {
  readonly id: string
  readonly value: number
  readonly summary: string
  readonly at: EpochMs
}

/** Where the previous page ended. */
export interface AlertCursor {
  readonly startedAt: EpochMs
  readonly id: string
}

export interface AlertPage {
  /** Newest first, by (startedAt, id). */
  readonly alerts: readonly Alert[]
  /** Null where this is the last page. */
  readonly next: AlertCursor | null
}

/**
 * The alerts of the fleet. What must always hold, however many evaluators there are: at most one stands per rule and subject; a change is made
 * by one of them; the run that tells of a change commits with it or not at all.
 */
export interface Alerts {
  /** Those that are not resolved, also those that have not fired yet. */
  standing(): Promise<Alert[]>

  /** Notes that a rule is broken. False: one stands already. */
  begin(alert: NewAlert): Promise<boolean>

  /**
   * Lets an alert fire: one that stands, or a new one. False: it has fired already, or stands no more; or, for a new one, another stands.
   * @param notification the run that tells of it
   */
  fire(alert: NewAlert, change: { readonly at: EpochMs; readonly notification: NewRun }): Promise<boolean>

  /** Leaves alone what is resolved. */
  see(seen: readonly Seen[]): Promise<void>

  /** Deletes one that has not fired. False: it has, or is gone. */
  forget(id: string): Promise<boolean>

  /** False: it is resolved already, or has not fired. */
  resolve(change: { readonly id: string; readonly at: EpochMs; readonly notification: NewRun }): Promise<boolean>

  /** Those that have fired. @param filter every field narrows */
  list(
    filter: { readonly isOpen?: boolean; readonly rule?: string },
    page: { readonly after: AlertCursor | null; readonly limit: number },
  ): Promise<AlertPage>
}
