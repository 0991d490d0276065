// What workers do about an outside resource: ask to enter, obey Retry-After, and stop the whole line when errors are everybody's.
// The gate (Redis) is fast and forgetful; a closing is also a row in SQL, and reconcile puts it back after a flush.
import type { Clock } from './clock.ts'
import type { WorkError } from './decide.ts'
import type { Closures, Ledger } from './ledger.ts'
import type { Notify } from './notice.ts'
import type { Entry, ResourceGate, ResourceLimits } from './resource-gate.ts'

/** So many distinct runs, with no success between them, and the line stops. */
export const SYSTEMIC_RUNS_TO_CLOSE = 3
export const PROBE_EVERY_MS = 300_000
/** Successes are told to the gate at most this often, since every one would cost a round trip. */
const SUCCESS_NOTE_EVERY_MS = 1_000

export interface Resources {
  enter(request: { readonly resource: string; readonly tokens: number; readonly bulk: boolean }): Promise<ResourceEntry>
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
    pause: (resource, forMs) => gate.closeUntil({ resource, until: clock.now() + forMs }),

    async noteSuccess(resource, entry) {
      if (entry?.kind === 'open' && entry.probe && mayReopen(resource)) await reopen(resource)
      const now = clock.now()
      if (now - (lastSuccessNoted.get(resource) ?? Number.NEGATIVE_INFINITY) < SUCCESS_NOTE_EVERY_MS) return
      lastSuccessNoted.set(resource, now)
      await gate.noteSuccess({ resource, now })
    },

    async noteSystemic({ resource, uuid, error }) {
      const now = clock.now()
      const runs = await gate.noteSystemic({ resource, uuid, now })
      if (runs < SYSTEMIC_RUNS_TO_CLOSE) return
      const { code } = error.errorCode
      const closure = { resource, errorCode: code, cause: error.message, closedAt: now, closedBy: instance }
      const closedNow = await closures.close(closure, null)
      await gate.close({ resource, probeEveryMs: PROBE_EVERY_MS, now })
      if (closedNow) notify({ kind: 'resourceClosed', resource, errorCode: code, cause: error.message })
    },
  }

  function mayReopen(resource: string): boolean {
    return limits.find((one) => one.name === resource)?.reopenByProbe ?? true
  }
}

/**
 * Opens a closed resource: the row in SQL first, then the time that the runs lost, then the gate.
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
  readonly gate: ResourceGate
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
    const closure = await closures.reopen({ resource, at: now, by, audit })
    if (closure) {
      const closedForMs = Math.max(0, now - closure.closedAt)
      await ledger.shiftStateSince({ states: statesOf(resource), closedAt: closure.closedAt, byMs: closedForMs })
      notify({ kind: 'resourceReopened', resource, closedForMs })
    }
    await gate.reopen({ resource })
    return closure !== null
  }
}
