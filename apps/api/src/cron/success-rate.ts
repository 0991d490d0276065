import type { Completion, RunStatus } from '@rollcall/engine'

export interface Ending {
  readonly status: RunStatus
  readonly completion: Completion | null
  readonly count: number
}

export interface Endings {
  readonly succeeded: number
  readonly partial: number
  readonly failed: number
}

export function endingsOf(counts: readonly Ending[]): Endings {
  const sum = (wanted: (ending: Ending) => boolean) => counts.filter(wanted).reduce((total, { count }) => total + count, 0)
  return {
    succeeded: sum(({ status, completion }) => status === 'completed' && completion !== 'partial'),
    partial: sum(({ status, completion }) => status === 'completed' && completion === 'partial'),
    failed: sum(({ status }) => status === 'failed'),
  }
}

/** Of all that ended by themselves, what was cancelled left out; null where there was none. */
export function successRateOf({ succeeded, partial, failed }: Endings): number | null {
  const ended = succeeded + partial + failed
  return ended === 0 ? null : succeeded / ended
}
