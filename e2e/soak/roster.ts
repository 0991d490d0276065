// What the outside knows: whom it asked for, and what it was told. The audit is held against it.
import type { ApiAnswer } from '../support/call-api.ts'

export interface Person {
  readonly personId: string
}

export type AccountPath = '/student-create' | '/teacher-create'

export interface Sent {
  readonly path: AccountPath
  readonly key: string
  readonly body: unknown
  readonly uuids: readonly string[]
}

export interface SentImport {
  readonly id: string
  readonly key: string
  readonly csv: string
}

export interface Roster {
  /** The next person's number. */
  next: number
  /** Every uuid that was ever answered. */
  readonly accepted: Set<string>
  /** The persons whom the fleet has promised an account, by the run that was promised. */
  readonly promised: Map<string, string>
  /** What each of them is asked for with. */
  readonly bodies: Map<string, { readonly path: AccountPath; readonly body: Person }>
  readonly sent: Sent[]
  readonly imports: SentImport[]
  /** Persons whom the directory refuses until the fault is taken away. */
  readonly poisoned: Map<string, string>
  readonly cancelled: Set<string>
  readonly replayed: Set<string>
  /** Initial passwords, by sysUserId. */
  readonly handedOut: Map<string, string>
  /** What should never have been answered. */
  readonly findings: string[]
  readonly counts: Map<string, number>
}

export function createRoster(): Roster {
  return {
    next: 0,
    accepted: new Set(),
    promised: new Map(),
    bodies: new Map(),
    sent: [],
    imports: [],
    poisoned: new Map(),
    cancelled: new Set(),
    replayed: new Set(),
    handedOut: new Map(),
    findings: [],
    counts: new Map(),
  }
}

export function count({ counts }: Roster, what: string, more = 1): void {
  counts.set(what, (counts.get(what) ?? 0) + more)
}

export function oneOf<T>(choices: readonly T[], pick: number): T | undefined {
  return choices[pick % Math.max(1, choices.length)]
}

/** An answer, as far as a finding needs it. */
export function shown({ status, body }: ApiAnswer): string {
  return `${status} ${JSON.stringify(body).slice(0, 300)}`
}
