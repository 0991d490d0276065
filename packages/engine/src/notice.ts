// What the engine tells those who watch it: the platform turns notices into metrics and log lines. Nothing in a notice is personal data.
import type { Lane } from './priority.ts'
import type { EpochMs, Run } from './run.ts'

export type RunName = Pick<Run, 'uuid' | 'process' | 'state' | 'version'>

export type Notice =
  | {
      readonly kind: 'advanced'
      readonly run: RunName
      readonly to: string
      readonly durationMs: number
      readonly errorCode: string | null
    }
  | {
      readonly kind: 'retried'
      readonly run: RunName
      readonly attempt: number
      readonly delayMs: number
      readonly errorCode: string
      readonly message: string
    }
  | {
      readonly kind: 'waited'
      readonly run: RunName
      readonly delayMs: number
      readonly errorCode: string | null
      readonly message: string | null
    }
  /** The gate let a try through. */
  | { readonly kind: 'tokensTaken'; readonly resource: string; readonly lane: Lane; readonly tokens: number }
  /** Work whose run had moved on: `effect` if the handler had done something outside already. */
  | { readonly kind: 'superseded'; readonly run: Pick<Run, 'uuid' | 'version'>; readonly effect: boolean }
  | { readonly kind: 'queueUnreachable'; readonly jobs: number; readonly message: string }
  | { readonly kind: 'ledgerUnreachable'; readonly message: string }
  | { readonly kind: 'resourceClosed'; readonly resource: string; readonly errorCode: string; readonly cause: string }
  | { readonly kind: 'resourceReopened'; readonly resource: string; readonly closedForMs: number }
  /** A schedule's due time was served. Its run is the one that it began, or the one that was still going. */
  | {
      readonly kind: 'ticked'
      readonly schedule: string
      readonly dueAt: EpochMs
      readonly outcome: 'started' | 'skipped'
      readonly runUuid: string
      /** Due times before this one that nobody was there to serve. */
      readonly missed: number
      /** From SKIPS_TO_ALERT on, somebody should look at the run. */
      readonly skippedInRow: number
    }
  | { readonly kind: 'reconciled'; readonly examined: number; readonly restored: number; readonly flushed: boolean }
  /** A run came to a signal state as its table foresees: it waits until a person decides. */
  | { readonly kind: 'approvalNeeded'; readonly run: Pick<Run, 'uuid' | 'version'>; readonly message: string }
  /** Pushes would do more than they may without a person; what this one asked for is left to a run that can be approved. */
  | { readonly kind: 'pushesHeld'; readonly run: Pick<Run, 'uuid' | 'version'>; readonly message: string }
  /** Something that no table, no policy and no outage explains: a defect, or a setting that is wrong. It needs a person. */
  | { readonly kind: 'unexpected'; readonly run: Pick<Run, 'uuid' | 'version'> | null; readonly message: string }

export type Notify = (notice: Notice) => void

export function queueUnreachable(error: unknown, jobs: number): Notice {
  return { kind: 'queueUnreachable', jobs, message: error instanceof Error ? error.message : String(error) }
}

export function ledgerUnreachable(error: Error): Notice {
  return { kind: 'ledgerUnreachable', message: error.message }
}
