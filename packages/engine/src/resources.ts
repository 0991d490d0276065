// What workers do about an outside resource: ask to enter, obey Retry-After, and stop the whole line when errors are everybody's.
// The gate (Redis) is fast and forgetful; a closing is also a row in SQL, and reconcile puts it back after a flush.
import type { Clock } from './clock.ts'
import type { Closure, Closures, Ledger } from './ledger.ts'
import type { Notify } from './notice.ts'
import type { ProcessDefinition } from './process-table.ts'
import type { EnterRequest, Entry, ResourceGate, ResourceLimits, SystemicErrors } from './resource-gate.ts'
import type { WorkError } from './work-result.ts'

/** So many distinct runs, with no success between them, and the line stops. */
export const SYSTEMIC_RUNS_TO_CLOSE = 3
/** Where fewer runs are about, the line stops after so many errors over so long a time, with no success between them either. */
export const SYSTEMIC_ERRORS_TO_CLOSE = 3
export const SYSTEMIC_MS_TO_CLOSE = 300_000
export const PROBE_EVERY_MS = 300_000
/** Where fewer runs have closed it, they may have met what concerns them alone: the next one that has not should not wait for long to show it. */
export const PROBE_FEW_EVERY_MS = 30_000
/** Successes are told to the gate at most this often, since every one would cost a round trip. */
export const SUCCESS_NOTE_EVERY_MS = 1_000

/** The cause of a resource that an operator closed: only an operator opens it again. */
export const CLOSED_BY_OPERATOR = 'CLOSED_BY_OPERATOR'

/**
 * The whole fleet, as a resource that every state needs: while it is closed, no worker takes up work. It stands in SQL alone, which workers
 * look at themselves: it has no tokens, no gate in Redis that could be forgotten, and no probe.
 */
export const FLEET = 'fleet'
const NEVER_MS = 100 * 365 * 86_400_000

/** How often a closed resource lets a run in to see whether it is mended. */
export function probeEveryMs({ errorCode }: Pick<Closure, 'errorCode'>): number {
  return errorCode === CLOSED_BY_OPERATOR ? NEVER_MS : PROBE_EVERY_MS
}

/** The outside systems that the processes' tables name. */
export function resourcesOf(processes: readonly ProcessDefinition[]): string[] {
  const names = processes.flatMap(({ states }) => Object.values(states).flatMap(({ resource }) => resource ?? []))
  return [...new Set(names)].sort()
}

export interface Resources {
  enter(request: Omit<EnterRequest, 'now'>): Promise<ResourceEntry>
  noteSuccess(resource: string, entry: ResourceEntry | null): Promise<void>
  /** Retry-After. */
  pause(resource: string, forMs: number): Promise<void>
  noteSystemic(event: { readonly resource: string; readonly uuid: string; readonly error: WorkError }): Promise<void>
}

export type ResourceEntry = Entry

export interface ResourcesDeps {
  readonly gate: ResourceGate
  readonly closures: Closures
  readonly limits: readonly ResourceLimits[]
  readonly clock: Clock
  readonly notify: Notify
  readonly instance: string
  /** Reopens a resource whose probe got through. */
  readonly reopen: (resource: string) => Promise<void>
}

export function createResources({ gate, closures, limits, clock, notify, instance, reopen }: ResourcesDeps): Resources {
  const lastSuccessNoted = new Map<string, number>()

  return {
    enter: (request) => gate.enter({ ...request, now: clock.now() }),

    async pause(resource, forMs) {
      // A header that we could not read must not close the resource for ever.
      if (forMs > 0 && Number.isFinite(forMs)) await gate.pause({ resource, forMs, now: clock.now() })
    },

    async noteSuccess(resource, entry) {
      if (entry?.kind === 'open' && entry.probe && (await mayReopen(resource))) await reopen(resource)
      const now = clock.now()
      const sinceMs = now - (lastSuccessNoted.get(resource) ?? Number.NEGATIVE_INFINITY)
      // A clock that was set back is no reason to be silent until it has caught up.
      if (sinceMs >= 0 && sinceMs < SUCCESS_NOTE_EVERY_MS) return
      lastSuccessNoted.set(resource, now)
      await gate.noteSuccess({ resource, now })
    },

    async noteSystemic({ resource, uuid, error }) {
      const now = clock.now()
      const met = await gate.noteSystemic({ resource, uuid, now })
      if (!isEverybodys(met)) return
      const { code } = error.errorCode
      const closure = { resource, errorCode: code, cause: error.message, closedAt: now, closedBy: instance }
      const closedNow = await closures.close(closure, null)
      await gate.close({ resource, probeEveryMs: met.runs >= SYSTEMIC_RUNS_TO_CLOSE ? PROBE_EVERY_MS : PROBE_FEW_EVERY_MS, now })
      if (closedNow) notify({ kind: 'resourceClosed', resource, errorCode: code, cause: error.message })
    },
  }

  async function mayReopen(resource: string): Promise<boolean> {
    if (limits.find((one) => one.name === resource)?.reopenByProbe ?? true) return true
    // The row is gone, so that the gate should be open.
    return !(await isClosed(closures, resource))
  }
}

function isEverybodys({ errors, forMs, runs }: SystemicErrors): boolean {
  return runs >= SYSTEMIC_RUNS_TO_CLOSE || (errors >= SYSTEMIC_ERRORS_TO_CLOSE && forMs >= SYSTEMIC_MS_TO_CLOSE)
}

export async function isClosed(closures: Pick<Closures, 'list'>, resource: string): Promise<boolean> {
  return (await closures.list()).some((closure) => closure.resource === resource)
}

/**
 * Opens a closed resource: first the runs get back the time that they lost, then the row in SQL goes, then the gate opens. Whoever breaks off
 * between two of these can begin again: time given back twice makes runs wait longer, time not given back would fail them.
 * @param by an operator, or the instance whose probe got through
 */
export function createReopen({
  gate,
  closures,
  ledger,
  clock,
  notify,
  statesOf,
}: {
  readonly gate: Pick<ResourceGate, 'reopen'>
  readonly closures: Closures
  readonly ledger: Pick<Ledger, 'shiftStateSince'>
  readonly clock: Clock
  readonly notify: Notify
  readonly statesOf: (resource: string) => readonly { readonly process: string; readonly state: string }[]
}): (change: {
  readonly resource: string
  readonly by: string
  readonly audit: Parameters<Closures['reopen']>[0]['audit']
}) => Promise<boolean> {
  return async ({ resource, by, audit }) => {
    const now = clock.now()
    const standing = (await closures.list()).find((closure) => closure.resource === resource)
    if (standing) {
      const byMs = Math.max(0, now - standing.closedAt)
      await ledger.shiftStateSince({ states: statesOf(resource), closedAt: standing.closedAt, byMs })
    }
    const closure = await closures.reopen({ resource, at: now, by, audit })
    if (closure) notify({ kind: 'resourceReopened', resource, closedForMs: Math.max(0, now - closure.closedAt) })
    if (resource !== FLEET) await gate.reopen({ resource })
    return closure !== null
  }
}
